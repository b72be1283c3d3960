import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { ansibleArchive } from "../../baking/ansible-archive";
import { subnetCidr } from "../cidr";
import type { ImageBuild } from "../../spec";
import { BakedImage } from "./baked-image";
import { playbookScript, testScript } from "./bake-scripts";
import { type Context, tagsOf } from "../context";
import { ImageRetention } from "./image-retention";
import { globalName } from "./names";
import { RandomSuffix } from "./random-suffix";
import { endpointOf, zonesOf } from "./regions";
import { builderSize } from "../sizing";
import { cheapestInstanceType } from "./instance-types";
import { bakeMinutes } from "./timings";

/** Nothing else is in the network in which images are baked, and nothing is connected to it. */
const cidr = "10.0.0.0/16";

/** Zones that are tried for an instance: not every zone has every type at every time. */
const zonesTried = 3;

/**
 * Registers what bakes a machine image, and gives its id. What a recipe shapes has the recipe's tag in its name; network and
 * bucket are the service's, so a changed recipe finds them there.
 */
export function machineImage(context: Context, build: ImageBuild): pulumi.Output<string> {
  const { name, parent, spec, facts } = context;
  const { region } = facts;
  const suffix = new RandomSuffix(`${name}-image-suffix`, { parent });
  const { bucket, closed } = archives(context, suffix);
  const archive = ansibleArchive(build);
  const resource = `${name}-image-archive-${build.tag}`;
  const object = new alicloud.oss.BucketObject(
    resource,
    { bucket: bucket.id, key: archive.objectKey, source: archive.path },
    // Its key is its hash: where the same bytes lie on the next machine changes nothing.
    { parent, dependsOn: closed, ignoreChanges: ["source"] },
  );
  const { switches, securityGroup } = network(context);
  const [
    {
      version,
      shape: { architecture },
    },
  ] = spec.releases;
  const { revision, source } = build.labels;
  const endpoints = { region, ecs: endpointOf(facts, "ecs"), scaling: endpointOf(facts, "ess") };
  const bake = new BakedImage(
    `${name}-image-bake-${build.tag}`,
    {
      ...endpoints,
      service: name,
      recipe: build.tag,
      baseImage: build.recipe.from,
      builderTag: suffix.suffix,
      // An address must not stand in a tag here.
      description: `${name} ${version}, baked from the recipe ${build.tag}${source === undefined ? "" : ` of ${source}`}`,
      tags: tagsOf(context, { version, ...(revision === undefined ? {} : { revision }) }),
      // Every processor of the architecture builds the same image.
      instanceType: cheapestInstanceType(builderSize, architecture)?.name ?? "",
      vswitches: switches.map(({ id }) => id),
      securityGroup: securityGroup.id,
      bucket: bucket.id,
      object: object.key,
      playbook: playbookScript(archive.sha256, region),
      test: testScript(archive.sha256),
      within: bakeMinutes.vm,
    },
    { parent, dependsOn: [object, securityGroup, ...switches] },
  );
  new ImageRetention(
    `${name}-image-retention`,
    { ...endpoints, service: name, image: bake.image, keep: build.target.keep },
    { parent },
  );
  return bake.image;
}

/** Where instances bake: a network of the bake's own, into which nobody comes. */
function network(context: Context): { switches: alicloud.vpc.Switch[]; securityGroup: alicloud.ecs.SecurityGroup } {
  const { name, parent, facts, spec } = context;
  const resource = `${name}-image`;
  const tags = tagsOf(context);
  const wanted = spec.network;
  const zones = "vpcId" in wanted || typeof wanted.zones === "number" ? (zonesOf(facts.region) ?? []) : wanted.zones;
  const vpc = new alicloud.vpc.Network(resource, { vpcName: resource, cidrBlock: cidr, tags }, { parent });
  const switches = zones.slice(0, zonesTried).map((zoneId, index) => {
    const vswitchName = `${resource}-${zoneId}`;
    return new alicloud.vpc.Switch(
      vswitchName,
      { vswitchName, vpcId: vpc.id, zoneId, cidrBlock: subnetCidr(cidr, index), tags },
      { parent },
    );
  });
  // Without a single rule: nothing comes in, not from another instance of the group either, and everything may go out.
  const securityGroup = new alicloud.ecs.SecurityGroup(
    resource,
    { securityGroupName: resource, vpcId: vpc.id, innerAccessPolicy: "Drop", tags },
    { parent },
  );
  return { switches, securityGroup };
}

/** What the provider reads back into the bucket although resources of their own set it; it would take each for a change and undo it. */
const setElsewhere = [
  "acl",
  "versioning",
  "serverSideEncryptionRule",
  "corsRules",
  "policy",
  "logging",
  "refererConfig",
  "website",
];

/** The bucket of the archives: private, encrypted, and gone with what is in it, as every archive can be packed again. */
function archives(context: Context, suffix: RandomSuffix): { bucket: alicloud.oss.Bucket; closed: pulumi.Resource[] } {
  const { name, parent } = context;
  const resource = `${name}-image-archives`;
  const bucket = new alicloud.oss.Bucket(
    resource,
    { bucket: globalName(context, "bucket", "image-archives", suffix), forceDestroy: true, tags: tagsOf(context) },
    { parent, ignoreChanges: setElsewhere },
  );
  const closed = new alicloud.oss.BucketPublicAccessBlock(
    resource,
    { bucket: bucket.id, blockPublicAccess: true },
    { parent },
  );
  const acl = new alicloud.oss.BucketAcl(
    resource,
    { bucket: bucket.id, acl: "private" },
    { parent, dependsOn: [closed] },
  );
  const encrypted = new alicloud.oss.BucketServerSideEncryption(
    resource,
    { bucket: bucket.id, sseAlgorithm: "AES256" },
    { parent },
  );
  return { bucket, closed: [closed, acl, encrypted] };
}
