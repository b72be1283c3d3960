import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AnsibleArchive, ansibleArchive } from "../../baking/ansible-archive";
import type { ImageBuild } from "../../spec";
import { BakedImage } from "./baked-image";
import { builders } from "./builders";
import type { Context } from "../context";
import { componentDocument } from "./image-component";
import { tagsOf } from "./tags";
import { bakeMinutes } from "./timings";

/**
 * Registers everything that bakes a machine image with EC2 Image Builder, and returns the image's id. What the recipe
 * shapes has the recipe's tag in its name; the network, role and bucket of the builders are the service's.
 */
export function machineImage(context: Context, build: ImageBuild): pulumi.Output<string> {
  const { name, parent, spec, facts } = context;
  const { bucket, subnet, infrastructure, dependencies } = builders(context, build);
  const named = (part: string) => `${name}-image-${part}-${build.tag}`;
  const archive = ansibleArchive(build, context.facts.projectFolder);
  const imageRecipe = imageBuilderRecipe(context, build, bucket, archive);
  // Image Builder would create this group itself. Registered here, it has a retention and is deleted with the recipe.
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
  const { version } = spec.releases[0];
  const { revision, source } = build.labels;
  const bake = new BakedImage(
    named("bake"),
    {
      region: facts.region,
      service: name,
      recipe: build.tag,
      imageRecipe: imageRecipe.arn,
      infrastructure: infrastructure.arn,
      distribution: distribution.arn,
      subnet: subnet.id,
      archive: { path: archive.path, sha256: archive.sha256, key: archive.objectKey, bucket: bucket.bucket },
      // The two tags by which the image is found are spread last, so that a tag of the user's cannot replace them.
      tags: {
        ...tagsOf(context, `${name}-${build.tag}`, {
          version,
          ...(revision === undefined ? {} : { revision }),
          ...(source === undefined ? {} : { source }),
        }),
        service: name,
        recipe: build.tag,
      },
      recordTags: { service: name, recipe: build.tag },
      within: bakeMinutes.vm,
    },
    { parent, dependsOn: [log, ...dependencies] },
  );
  return bake.image;
}

/** Registers Image Builder's recipe, which runs the recipe of the service's image on a builder. */
function imageBuilderRecipe(
  context: Context,
  build: ImageBuild,
  bucket: aws.s3.Bucket,
  { objectKey: key, sha256 }: AnsibleArchive,
): aws.imagebuilder.ImageRecipe {
  const { name, parent, spec } = context;
  const componentName = `${name}-image-component-${build.tag}`;
  const component = new aws.imagebuilder.Component(
    componentName,
    {
      platform: "Linux",
      version: "1.0.0",
      data: bucket.bucket.apply((bucketName) => componentDocument({ service: name, bucket: bucketName, key, sha256 })),
      tags: tagsOf(context, componentName),
    },
    { parent },
  );
  const resource = `${name}-image-recipe-${build.tag}`;
  return new aws.imagebuilder.ImageRecipe(
    resource,
    {
      parentImage: build.recipe.from,
      version: "1.0.0",
      components: [{ componentArn: component.arn }],
      blockDeviceMappings: [
        {
          deviceName: spec.releases[0].shape.aws.rootDevice,
          ebs: { encrypted: "true", deleteOnTermination: "true", volumeType: "gp3" },
        },
      ],
      // The image keeps no agent that could run commands on it, unless the image that it is based on has one: Ubuntu's.
      systemsManagerAgent: { uninstallAfterBuild: true },
      tags: tagsOf(context, resource),
    },
    { parent },
  );
}
