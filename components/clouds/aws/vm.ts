import { createRequire } from "node:module";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import { appEnvironment } from "../app-environment";
import {
  type ServerGroup,
  type StackFacts,
  noCommandOnMachines,
  noHardeningOnMachines,
  notOffered,
  offered,
} from "../cloud";
import type { Context } from "../context";
import type { ServingInputs } from "../start-size.remote";
import { describeInstanceType } from "../sizing";
import { checkVm } from "./vm-limits";
import { type Identity, machineIdentity, readSecrets } from "./identity";
import { cheapestInstanceType } from "./instance-types";
import type * as MachineImage from "./machine-image";
import type { AwsPlatform, ServiceParts } from "./platform";
import { scaleMachines } from "./scaling";
import { serverGroup } from "./server-group";
import { type StartSize, startSize } from "./start-size";
import { tagsOf } from "./tags";
import { type TargetGroup, targetGroup } from "./target-group";
import { bakeMinutes, launchSeconds } from "./timings";
import { userData } from "./user-data";

/** Raise it whenever a release gets another launch template, so that running releases are replaced and never edited. */
const templateRevision = 3;

/** Loads a module on first use: only a stack that bakes needs the packer of machine images. */
const lazily = createRequire(__filename);

/** Virtual machines: a launch template and an Auto Scaling group for each release. */
export function vm(facts: StackFacts): AwsPlatform {
  return {
    capabilities: {
      command: noCommandOnMachines,
      "cpu trigger": offered,
      "memory trigger": notOffered(
        "EC2 does not measure an instance's memory; use cpu or requests, or compute: container",
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
    targetType: "instance",
    endpoints: ["logs"],
    instanceShape(size, architecture) {
      const type = cheapestInstanceType(size, architecture);
      return { label: type ? describeInstanceType(type, architecture) : "no instance type", templateRevision };
    },
    bake: (name, build, spec, parent) =>
      (lazily("./machine-image") as typeof MachineImage).machineImage(
        { name, spec, facts, mark: undefined, parent },
        build,
      ),
    createEnvironment: () => ({
      cluster: undefined,
      createService(context, parts) {
        const identity = machineIdentity(context, parts);
        return {
          role: identity.role,
          addRelease: (release, image, parent, serving) =>
            addRelease({ ...context, parent }, { ...parts, identity }, release, image, serving),
        };
      },
    }),
  };
}

/** What the releases of a service on virtual machines share. */
interface MachineParts extends ServiceParts {
  readonly identity: Identity & { readonly profile: aws.iam.InstanceProfile };
}

function addRelease(
  context: Context,
  parts: MachineParts,
  release: Release,
  image: pulumi.Input<string>,
  serving: ServingInputs,
): ServerGroup {
  const targets = targetGroup(context, parts, release);
  const secretDependencies = readSecrets(context, parts.identity, release);
  const template = launchTemplate(context, parts, release, image);
  const size = startSize(context, release, serving);
  const group = autoScalingGroup(context, parts, release, { template, size }, targets, secretDependencies);
  const bound = scaleMachines(context, release, { group, label: targets.metricLabel });
  const { id, name } = group;
  return serverGroup(context, release, targets, { id, group: name, cluster: "", instances: size.starts, bound });
}

function autoScalingGroup(
  context: Context,
  { network, files, identity }: MachineParts,
  release: Release,
  { template, size }: { readonly template: aws.ec2.LaunchTemplate; readonly size: StartSize },
  targets: TargetGroup,
  secretDependencies: readonly pulumi.Resource[],
): aws.autoscaling.Group {
  const { name, parent } = context;
  const resource = `${name}-${release.id}`;
  return new aws.autoscaling.Group(
    resource,
    {
      minSize: size.startMin,
      maxSize: size.startMax,
      desiredCapacity: size.starts,
      vpcZoneIdentifiers: network.subnetsOf(release.shape.placement),
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      targetGroupArns: [targets.arn],
      healthCheckType: "ELB",
      healthCheckGracePeriod: release.shape.health.startWithin,
      // Until the app serves, an instance counts neither for a metric nor as the replacement of another one:
      // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-default-instance-warmup.html
      defaultInstanceWarmup: release.shape.health.startWithin,
      // The provider's own wait is off: on a change of min it would wait for the number of instances that it last saw,
      // which triggers have changed since. The wait is `HealthyTargets`.
      waitForCapacityTimeout: "0",
      instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 200 },
      tags: Object.entries(tagsOf(context, resource, { release: release.id })).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: true,
      })),
    },
    {
      parent,
      // The provider waits until every instance is gone, after the drain; by default it gives up after 10 minutes.
      customTimeouts: { delete: `${10 + Math.ceil(context.spec.loadBalancer.drain / 60)}m` },
      // Once the group runs, the count belongs to the triggers, and `Bounds` sets min and max.
      ignoreChanges: ["desiredCapacity", "minSize", "maxSize"],
      // A release is never changed in place: whatever would change its instances creates another group beside it.
      replaceOnChanges: ["launchTemplate", "targetGroupArns"],
      dependsOn: [
        ...targets.healthDependencies,
        ...identity.roleDependencies,
        ...secretDependencies,
        ...network.egressDependencies,
        ...(files?.share?.mountTargets ?? []),
      ],
    },
  );
}

function launchTemplate(
  context: Context,
  { securityGroup, files, logGroup, identity }: MachineParts,
  release: Release,
  imageId: pulumi.Input<string>,
): aws.ec2.LaunchTemplate {
  const { name, parent, facts } = context;
  const resource = `${name}-${release.id}`;
  const tags = tagsOf(context, resource, { release: release.id });
  // Without the user's own tags: a change of those must not create another template, and the group adds them to
  // instances.
  const fixed = { Name: resource, service: name, stack: facts.stack, release: release.id };
  const share = files?.share;
  const data = userData({
    region: facts.region,
    variables: appEnvironment(context.name, release, files),
    secrets: release.shape.secrets,
    logGroupName: logGroup.name,
    share: share && { fileSystemId: share.fileSystem.id, accessPointId: share.accessPoint.id, path: share.path },
  });
  return new aws.ec2.LaunchTemplate(
    resource,
    {
      imageId,
      instanceType: cheapestInstanceType(release.shape.size, release.shape.architecture)?.name,
      iamInstanceProfile: { arn: identity.profile.arn },
      // No key pair, no public address, and metadata only with a session token and from the instance itself.
      networkInterfaces: [
        {
          deviceIndex: 0,
          associatePublicIpAddress: "false",
          deleteOnTermination: "true",
          securityGroups: [securityGroup.id, ...(release.shape.securityGroups ?? [])],
        },
      ],
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
      blockDeviceMappings: [
        {
          deviceName: release.shape.aws.rootDevice,
          ebs: {
            encrypted: "true",
            deleteOnTermination: "true",
            volumeSize: release.shape.disk.sizeGiB,
            volumeType: "gp3",
          },
        },
      ],
      monitoring: { enabled: true },
      updateDefaultVersion: true,
      userData: data.apply((text) => Buffer.from(text).toString("base64")),
      tagSpecifications: ["volume", "network-interface"].map((resourceType) => ({ resourceType, tags: fixed })),
      tags,
    },
    // The provider takes any change of a template for a new version, in a preview: that would replace the group.
    { parent, ignoreChanges: ["tags"] },
  );
}
