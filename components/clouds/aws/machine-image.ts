import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ansibleArchive } from "../../baking/ansible-archive";
import type { ImageBuild } from "../../spec";
import { BakedImage } from "./baked-image";
import { type Builders, builders, serviceRole } from "./builders";
import type { Context } from "../context";
import { tagsOf } from "./tags";
import { componentDocument } from "./image-component";
import { domainOf, partitionOf } from "./regions";
import { bakeMinutes } from "./timings";

/** The tag by which Image Builder's retention rule finds a service's images. Its own, so that it never meets somebody else's. */
const retentionTag = "immutable-service-image";

/**
 * Registers what bakes a machine image with EC2 Image Builder, and gives its id. What a recipe shapes has the recipe's tag
 * in its name; the builders' network, role and bucket are the service's.
 */
export function machineImage(context: Context, build: ImageBuild): pulumi.Output<string> {
  const { name, parent, spec, facts } = context;
  const own = builders(context, build);
  const named = (what: string) => `${name}-image-${what}-${build.tag}`;
  const archive = ansibleArchive(build);
  const imageRecipe = recipe(context, build, own, archive);
  // Image Builder's own group for this recipe, so that the log of a bake ends with the recipe's other resources.
  const log = new aws.cloudwatch.LogGroup(
    named("log"),
    {
      name: pulumi.interpolate`/aws/imagebuilder/${imageRecipe.name}`,
      retentionInDays: spec.logs.retentionDays,
      tags: tagsOf(context, named("log")),
    },
    { parent },
  );
  const distribution = new aws.imagebuilder.DistributionConfiguration(
    named("distribution"),
    {
      distributions: [
        {
          region: facts.region,
          amiDistributionConfiguration: {
            name: `${name}-${build.tag}-{{ imagebuilder:buildDate }}`,
            amiTags: { service: name, "managed-by": "pulumi" },
          },
        },
      ],
      tags: tagsOf(context, named("distribution")),
    },
    { parent },
  );
  keepNewest(context, build.target.keep);
  const { version } = spec.releases[0];
  const { revision, source } = build.labels;
  const bake = new BakedImage(
    named("bake"),
    {
      region: facts.region,
      service: name,
      recipe: build.tag,
      imageRecipe: imageRecipe.arn,
      infrastructure: own.infrastructure.arn,
      distribution: distribution.arn,
      subnet: own.subnet.id,
      archive: { path: archive.path, sha256: archive.sha256, key: archive.objectKey, bucket: own.bucket.bucket },
      // The two that the image is found by stand last: a tag of the user's own must not take their place.
      tags: {
        ...tagsOf(context, `${name}-${build.tag}`, {
          version,
          ...(revision === undefined ? {} : { revision }),
          ...(source === undefined ? {} : { source }),
        }),
        service: name,
        recipe: build.tag,
      },
      recordTags: { [retentionTag]: name, recipe: build.tag },
      within: bakeMinutes.vm,
    },
    { parent, dependsOn: [log, ...own.ready] },
  );
  return bake.image;
}

function recipe(
  context: Context,
  build: ImageBuild,
  { bucket }: Builders,
  { objectKey: key, sha256 }: { objectKey: string; sha256: string },
): aws.imagebuilder.ImageRecipe {
  const { name, parent, spec } = context;
  const component = `${name}-image-component-${build.tag}`;
  const made = new aws.imagebuilder.Component(
    component,
    {
      platform: "Linux",
      version: "1.0.0",
      data: bucket.bucket.apply((archives) => componentDocument({ service: name, bucket: archives, key, sha256 })),
      tags: tagsOf(context, component),
    },
    { parent },
  );
  const resource = `${name}-image-recipe-${build.tag}`;
  return new aws.imagebuilder.ImageRecipe(
    resource,
    {
      parentImage: build.recipe.from,
      version: "1.0.0",
      components: [{ componentArn: made.arn }],
      blockDeviceMappings: [
        {
          deviceName: spec.releases[0].shape.aws.rootDevice,
          ebs: { encrypted: "true", deleteOnTermination: "true", volumeType: "gp3" },
        },
      ],
      // No door stays in the image.
      systemsManagerAgent: { uninstallAfterBuild: true },
      tags: tagsOf(context, resource),
    },
    { parent },
  );
}

/**
 * Deletes all but the newest images. One that an instance was started from in the last month is kept whatever its age: a
 * service that was taken back to it still starts instances from it.
 */
function keepNewest(context: Context, keep: number): void {
  const { name, parent, facts } = context;
  const resource = `${name}-image-retention`;
  const role = serviceRole(context, resource, `imagebuilder.${domainOf(facts.region)}`);
  const granted = new aws.iam.RolePolicyAttachment(
    resource,
    {
      role: role.name,
      policyArn: `arn:${partitionOf(facts.region)}:iam::aws:policy/service-role/EC2ImageBuilderLifecycleExecutionPolicy`,
    },
    { parent },
  );
  new aws.imagebuilder.LifecyclePolicy(
    resource,
    {
      resourceType: "AMI_IMAGE",
      executionRole: role.arn,
      policyDetails: [
        {
          action: { type: "DELETE", includeResources: { amis: true, snapshots: true } },
          filter: { type: "COUNT", value: keep },
          exclusionRules: { amis: { lastLaunched: { unit: "DAYS", value: 30 } } },
        },
      ],
      resourceSelection: { tagMap: { [retentionTag]: name } },
      tags: tagsOf(context, resource),
    },
    { parent, dependsOn: [granted] },
  );
}
