import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { ansibleArchive } from "../../baking/ansible-archive";
import { subnetCidr } from "../cidr";
import type { ImageBuild } from "../../spec";
import { BakedImage } from "./baked-image";
import { playbookScript, testScript } from "./bake-scripts";
import { type Context, tagsOf } from "./context";
import { globalName } from "./names";
import { ObjectData } from "./object-data";
import { privateBucket } from "./private-bucket";
import { RandomSuffix } from "./random-suffix";
import { endpointOf, isForMachines, zonesOf } from "./regions";
import { builderSize } from "../sizing";
import { cheapestInstanceType } from "./instance-types";
import { bakeMinutes } from "./timings";

/** The builders' VPC connects to no other network, so any range will do. */
const cidr = "10.0.0.0/16";

/** How many zones are tried for an instance: a zone may be out of stock of a type. */
const zonesTried = 3;

/**
 * Registers everything that bakes a machine image, and returns the image's id. What the recipe shapes has the recipe's
 * tag in its name; the network and the bucket are the service's, and a changed recipe uses them again.
 */
export function machineImage(context: Context, build: ImageBuild): pulumi.Output<string> {
  const { name, parent, spec, facts } = context;
  const { region } = facts;
  const suffix = new RandomSuffix(`${name}-image-suffix`, { parent });
  // Deleted with everything in it, because every archive can be packed again.
  const { bucket, dependencies } = privateBucket(context, `${name}-image-archives`, {
    bucket: globalName(context, "bucket", "image-archives", suffix),
    forceDestroy: true,
  });
  const archive = ansibleArchive(build, context.facts.projectFolder);
  const resource = `${name}-image-archive-${build.tag}`;
  const reached = new ObjectData(
    `${name}-image-archives-data`,
    { facts, bucket: bucket.id },
    { parent, dependsOn: [...dependencies] },
  );
  const object = new alicloud.oss.BucketObject(
    resource,
    { bucket: bucket.id, key: archive.objectKey, source: archive.path },
    // The key is the archive's hash, so another path of the same bytes, on another machine, is no change.
    { parent, dependsOn: [reached], ignoreChanges: ["source"] },
  );
  const { switches, securityGroup } = network(context);
  const [
    {
      version,
      shape: { architecture },
    },
  ] = spec.releases;
  const { revision, source } = build.labels;
  const origin = source === undefined ? "" : ` of ${source}`;
  const endpoints = { region, ecs: endpointOf(facts, "ecs"), scaling: endpointOf(facts, "ess") };
  const bake = new BakedImage(
    `${name}-image-bake-${build.tag}`,
    {
      ...endpoints,
      service: name,
      recipe: build.tag,
      baseImage: build.recipe.from,
      builderTag: suffix.suffix,
      // In the description, because a tag must not contain an address on Alibaba Cloud.
      description: `${name} ${version}, baked from the recipe ${build.tag}${origin}`,
      tags: tagsOf(context, { version, ...(revision === undefined ? {} : { revision }) }),
      // Every processor of the architecture builds the same image.
      instanceType: cheapestInstanceType(builderSize, architecture, facts.region)?.name ?? "",
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
  return bake.image;
}

/** The network of the builders, which nothing can reach. */
function network(context: Context): { switches: alicloud.vpc.Switch[]; securityGroup: alicloud.ecs.SecurityGroup } {
  const { name, parent, facts, spec } = context;
  const resource = `${name}-image`;
  const tags = tagsOf(context);
  const wanted = spec.network;
  const zones = "vpcId" in wanted || typeof wanted.zones === "number" ? (zonesOf(facts.region) ?? []) : wanted.zones;
  // Network interfaces of builders outlive them by minutes.
  const options = { parent, customTimeouts: { delete: "20m" } };
  const vpc = new alicloud.vpc.Network(resource, { vpcName: resource, cidrBlock: cidr, tags }, options);
  const switches = zones
    .filter(isForMachines)
    .slice(0, zonesTried)
    .map((zoneId, index) => {
      const vswitchName = `${resource}-${zoneId}`;
      return new alicloud.vpc.Switch(
        vswitchName,
        { vswitchName, vpcId: vpc.id, zoneId, cidrBlock: subnetCidr(cidr, index), tags },
        options,
      );
    });
  // No rule at all: this drops all ingress, even from instances of the group, and allows all egress.
  const securityGroup = new alicloud.ecs.SecurityGroup(
    resource,
    { securityGroupName: resource, vpcId: vpc.id, innerAccessPolicy: "Drop", tags },
    options,
  );
  return { switches, securityGroup };
}
