import { createRequire } from "node:module";
import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { orElse } from "../../left-out";
import type { Release } from "../../spec";
import { appEnvironment } from "../app-environment";
import { noCommandOnMachines, noHardeningOnMachines, notOffered, offered } from "../cloud";
import { type Context, ownDescription, tagsOf } from "./context";
import { describeInstanceType } from "../sizing";
import { checkVm } from "./vm-limits";
import { attachToLoadBalancer, scalingGroup } from "./group";
import { readSecrets } from "./identity";
import { instanceTypesFor } from "./instance-types";
import { InstanceTypeOrder } from "./instance-type-order";
import { LaunchTemplateRemoval } from "./launch-template-removal";
import { collectFromMachines } from "./logs";
import type * as MachineImage from "./machine-image";
import { uniqueName } from "./names";
import type { AlicloudPlatform, MetricNames, ServiceParts } from "./platform";
import type { AlicloudFacts } from "./settings";
import { SoldInstanceTypes } from "./sold-instance-types";
import { startSize } from "./start-size";
import { targetGroup } from "./target-group";
import { bakeMinutes, launchSeconds } from "./timings";
import { userData } from "./user-data";

/** Raise it whenever a release gets another launch template, so that running releases are replaced and never edited. */
const templateRevision = 5;

/** https://www.alibabacloud.com/help/en/auto-scaling/user-guide/target-tracking-scaling-rules */
const metrics: MetricNames = {
  cpu: "CpuUtilization",
  memory: "MemoryUtilization",
  requests: "LoadBalancerRealServerAverageQps",
};

/** Loads a module on first use: only a stack that bakes needs the packer of machine images. */
const lazily = createRequire(__filename);

/** Virtual machines: a launch template and a scaling group for each release. */
export function vm(facts: AlicloudFacts): AlicloudPlatform {
  return {
    capabilities: {
      command: noCommandOnMachines,
      "cpu trigger": offered,
      "memory trigger": notOffered(
        "Auto Scaling knows an ECS instance's memory only through an agent that the image may lack; use cpu or requests, or compute: container",
      ),
      "requests trigger": offered,
      "schedule trigger": offered,
      "shared file system": offered,
      secrets: offered,
      "security groups": offered,
      "read-only root": noHardeningOnMachines,
      user: noHardeningOnMachines,
      "dropped capabilities": noHardeningOnMachines,
    },
    check: (service) => checkVm(service, facts.region),
    launchSeconds: launchSeconds.vm,
    bakeMinutes: bakeMinutes.vm,
    instanceShape(size, architecture) {
      const [type, ...others] = instanceTypesFor(size, architecture, facts.region);
      return {
        label: type ? describeInstanceType(type, architecture) : "no instance type",
        substitutes: others.map(({ name }) => name),
        templateRevision,
      };
    },
    bake: (name, build, spec, parent) =>
      (lazily("./machine-image") as typeof MachineImage).machineImage(
        { name, spec, facts, mark: undefined, parent },
        build,
      ),
    collectLogs: collectFromMachines,
    addRelease(context, parts, release, image, serving) {
      const targets = targetGroup(context, parts, release);
      const secretDependencies = readSecrets(context, parts.identity, release);
      const types = instanceTypes(context, parts, release);
      const template = launchTemplate(context, parts, release, image, types);
      const size = startSize(context, release, serving);
      const own = {
        size,
        groupType: "ECS",
        launchTemplateId: template.id,
        launchTemplateVersion: template.latestVersionNumber.apply(String),
        stopInstanceTimeout: Math.min(240, Math.max(30, context.spec.loadBalancer.drain)),
      };
      const group = scalingGroup(context, parts, release, targets, own, secretDependencies);
      const started = new InstanceTypeOrder(
        `${context.name}-${release.id}-instance-type-order`,
        {
          facts: context.facts,
          group: group.id,
          template: own.launchTemplateId,
          version: own.launchTemplateVersion,
          types: types.sold,
        },
        { parent: context.parent },
      );
      return attachToLoadBalancer(context, parts, release, targets, group, { metrics, started, size });
    },
  };
}

/** The types that a release's zones sell, of those that it may have. */
function instanceTypes(
  { name, parent, facts }: Context,
  { network }: ServiceParts,
  { id, shape: { size, architecture, placement } }: Release,
): SoldInstanceTypes {
  const types = instanceTypesFor(size, architecture, facts.region).map((type) => type.name);
  const args = { facts, types, vSwitches: network.instanceSwitchIds(placement) };
  return new SoldInstanceTypes(`${name}-${id}-instance-types`, args, { parent });
}

function launchTemplate(
  context: Context,
  { securityGroup, files, logs, identity }: ServiceParts,
  release: Release,
  imageId: pulumi.Input<string>,
  { sold }: SoldInstanceTypes,
): alicloud.ecs.EcsLaunchTemplate {
  const { name, parent, facts } = context;
  const resource = `${name}-${release.id}`;
  const share = files?.share;
  const data = userData({
    region: facts.region,
    variables: appEnvironment(context.name, release, files),
    secrets: release.shape.secrets,
    roleName: identity.role.roleName,
    machineMark: logs.machineMark,
    share: share && { server: share.server, folder: share.folder, path: share.path },
  });
  const template = uniqueName(context, "launch template", release.id);
  const { description: owner = "" } = ownDescription(context);
  const removal = new LaunchTemplateRemoval(`${resource}-template-removal`, { facts, template, owner }, { parent });
  return new alicloud.ecs.EcsLaunchTemplate(
    resource,
    {
      launchTemplateName: template,
      imageId,
      instanceType: orElse(sold, []).apply(([type = ""]) => type),
      instanceName: resource,
      ramRoleName: identity.role.roleName,
      // No key pair, no password, no public address, and metadata only with a session token and from the instance
      // itself.
      securityGroupIds: [securityGroup.id, ...(release.shape.securityGroups ?? [])],
      internetMaxBandwidthOut: 0,
      httpEndpoint: "enabled",
      httpTokens: "required",
      systemDisk: {
        category: "cloud_essd",
        performanceLevel: "PL0",
        size: release.shape.disk.sizeGiB,
        encrypted: true,
        deleteWithInstance: true,
      },
      updateDefaultVersionNumber: true,
      userData: data.apply((text) => Buffer.from(text).toString("base64")),
      // Instances get no tags of the user's: a change of those must not create another template.
      tags: { service: name, stack: facts.stack, release: release.id, "managed-by": "pulumi" },
      templateTags: tagsOf(context, { release: release.id }),
    },
    { parent, dependsOn: [removal], retainOnDelete: true },
  );
}
