import { createRequire } from "node:module";
import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import type { InstanceSpec, Release } from "../../spec";
import { appEnvironment } from "../app-environment";
import { notOffered, offered } from "../cloud";
import { enterpriseHost, personalHost } from "../registry-hosts";
import { type Context, tagsOf } from "./context";
import { describeInstanceType } from "../sizing";
import { checkContainer } from "./container-limits";
import { containerSecrets, sortedVariables } from "./container-secrets";
import { attachToLoadBalancer, scalingGroup } from "./group";
import { readSecrets } from "./identity";
import { instanceTypesFor } from "./instance-types";
import type { Logs } from "./logs";
import { shortened } from "./names";
import type { AlicloudPlatform, MetricNames, ServiceParts } from "./platform";
import { pulledFrom } from "./registry-address";
import type * as Registry from "./registry";
import type { AlicloudFacts } from "./settings";
import { startSize } from "./start-size";
import { targetGroup } from "./target-group";
import { bakeMinutes, launchSeconds } from "./timings";

/** Raise it whenever a release gets another configuration, so that running releases are replaced and never edited. */
const templateRevision = 6;

/** https://www.alibabacloud.com/help/en/auto-scaling/user-guide/target-tracking-scaling-rules */
const metrics: MetricNames = {
  cpu: "EciPodCpuUtilization",
  memory: "EciPodMemoryUtilization",
  requests: "LoadBalancerRealServerAverageQps",
};

/**
 * The disk of an ECI instance that asks for none, in GiB.
 * https://www.alibabacloud.com/help/en/eci/user-guide/specify-the-number-of-vcpus-and-memory-size-to-create-an-elastic-container-instance
 */
const includedDiskGiB = 30;

/** Loads a module on first use: only a stack that bakes needs Docker's provider. */
const lazily = createRequire(__filename);

/** Containers on ECI: a scaling group for each release, with the one scaling configuration that it ever has. */
export function container(facts: AlicloudFacts): AlicloudPlatform {
  return {
    capabilities: {
      command: offered,
      "cpu trigger": offered,
      "memory trigger": offered,
      "requests trigger": offered,
      "schedule trigger": offered,
      "shared file system": offered,
      // With an image that fetches them, which container-limits.ts asks for.
      secrets: offered,
      "security groups": notOffered(
        "a container group of Auto Scaling has one security group, the service's own; admit that group (the output securityGroupId) where these groups are admitted, or use compute: vm",
      ),
      "read-only root": offered,
      user: offered,
      "dropped capabilities": notOffered("Auto Scaling adds capabilities to a container of ECI and drops none"),
    },
    fetchesSecretsByImage: true,
    check: (service) => checkContainer(service, facts.region),
    pulledFrom,
    launchSeconds: launchSeconds.container,
    bakeMinutes: bakeMinutes.container,
    instanceShape(size, architecture) {
      if (architecture === "x86_64")
        return { label: `ECI ${size.cpu} vCPU, ${size.memoryGiB} GiB, ${architecture}`, templateRevision };
      const [type, ...others] = instanceTypesFor(size, architecture, facts.region);
      return {
        label: `ECI on ${type ? describeInstanceType(type, architecture) : "no instance type"}`,
        substitutes: others.map(({ name }) => name),
        templateRevision,
      };
    },
    bake: (name, build, spec, parent) =>
      (lazily("./registry") as typeof Registry).containerImage({ name, spec, facts, mark: undefined, parent }, build),
    // Variables of the container group ask for the collection.
    collectLogs: () => [],
    addRelease(context, parts, release, image, serving) {
      const targets = targetGroup(context, parts, release);
      const needs = [parts.imageMark, ...readSecrets(context, parts.identity, release)];
      const size = startSize(context, release, serving);
      const group = scalingGroup(context, parts, release, targets, { groupType: "ECI", size }, needs);
      const started = configuration(context, parts, release, image, group);
      return attachToLoadBalancer(context, parts, release, targets, group, { metrics, started, size });
    },
  };
}

/** The name under which a container group mounts the shared file system. */
const volume = "share";

/** A folder of the instance's own disk, in which every user can write. */
const temporary = { name: "tmp", type: "EmptyDirVolume" };

function configuration(
  context: Context,
  { securityGroup, files, logs, identity }: ServiceParts,
  release: Release,
  image: pulumi.Input<string>,
  group: alicloud.ess.ScalingGroup,
): alicloud.ess.EciScalingConfiguration {
  const { name, parent } = context;
  const resource = `${name}-${release.id}`;
  const share = files?.share;
  const { readOnlyRoot = false, user } = release.shape.hardening ?? {};
  const secrets = containerSecrets(context, identity, release);
  const variables = {
    ...appEnvironment(context.name, release, files),
    ...secrets?.variables,
    ...collectionVariables(logs),
  };
  const mounts = [
    ...(share ? [{ name: volume, mountPath: share.path, readOnly: false }] : []),
    ...(secrets ? [secrets.mount] : []),
    ...(readOnlyRoot ? [{ name: temporary.name, mountPath: "/tmp", readOnly: false }] : []),
  ];
  const container = {
    name,
    image,
    // A digest never names another image, so an existing copy is the right one.
    imagePullPolicy: "IfNotPresent",
    ports: [{ port: release.shape.port, protocol: "TCP" }],
    environmentVars: sortedVariables(variables),
    // In place of the image's CMD, as on AWS; a command would be in place of its ENTRYPOINT too.
    // https://www.alibabacloud.com/help/en/eci/user-guide/configure-startup-commands-and-arguments-for-a-container
    ...(release.shape.command ? { args: [...release.shape.command] } : {}),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
    ...(readOnlyRoot ? { securityContextReadOnlyRootFileSystem: true } : {}),
    // The group is the one that the image's own list of users has for it.
    ...(user === undefined ? {} : { securityContextRunAsUser: Number.parseInt(user, 10) }),
  };
  return new alicloud.ess.EciScalingConfiguration(
    resource,
    {
      scalingGroupId: group.id,
      // A version may have capitals; the name of a container group has none.
      // https://www.alibabacloud.com/help/en/eci/developer-reference/api-eci-2018-08-08-createcontainergroup
      containerGroupName: shortened(resource.toLowerCase(), 63),
      // Also enables the group, which starts its instances from here on.
      active: true,
      ...sizeOf(release.shape, context.facts.region),
      ...(release.shape.disk.sizeGiB > includedDiskGiB
        ? { ephemeralStorage: release.shape.disk.sizeGiB - includedDiskGiB }
        : {}),
      securityGroupId: securityGroup.id,
      ramRoleName: identity.role.roleName,
      restartPolicy: "Always",
      // It leaves the load balancer before it is stopped, so its last requests have ended by then. With the drain's
      // time here, a change of that would edit the configuration of running instances.
      terminationGracePeriodSeconds: 30,
      enableSls: true,
      loadBalancerWeight: 100,
      autoCreateEip: false,
      acrRegistryInfos: pulumi
        .output([image, ...(secrets ? [secrets.image] : [])])
        .apply((references) => registriesOf(context, references)),
      ...(secrets ? { initContainers: [secrets.initContainer] } : {}),
      containers: [container],
      volumes: [
        ...(share
          ? [
              {
                name: volume,
                type: "NFSVolume",
                nfsVolumeServer: share.server,
                nfsVolumePath: share.folder,
                nfsVolumeReadOnly: false,
              },
            ]
          : []),
        ...(secrets ? [secrets.volume] : []),
        ...(readOnlyRoot ? [temporary] : []),
      ],
      tags: tagsOf(context, { release: release.id }),
    },
    {
      parent,
      // The cloud deletes it with its group. Its own deletion would be refused while it is the active one, and a forced
      // one would delete the group too, even where that is to stay.
      deletedWith: group,
      // Another registry is for the next release: a change here would edit the configuration of running instances.
      ignoreChanges: ["acrRegistryInfos"],
      replaceOnChanges: [
        "initContainers",
        "containers",
        "volumes",
        "cpu",
        "memory",
        "instanceTypes",
        "securityGroupId",
        "ramRoleName",
      ],
    },
  );
}

/** ECI has sizes for x86_64; for arm64 it needs instance types, which it tries in order. */
function sizeOf(
  { size, architecture }: InstanceSpec,
  region: string,
): Pick<alicloud.ess.EciScalingConfigurationArgs, "cpu" | "memory" | "instanceTypes"> {
  if (architecture === "x86_64") return { cpu: size.cpu, memory: size.memoryGiB };
  return { instanceTypes: instanceTypesFor(size, architecture, region).map(({ name }) => name) };
}

/**
 * The registry of images at custom domains. By a registry's default domain names, an account's instances pull from it
 * without a secret anyway.
 * https://www.alibabacloud.com/help/en/eci/user-guide/pull-images-from-a-container-registry-enterprise-edition-instance-without-using-a-secret-1
 */
function registriesOf(
  { spec: { registry }, facts: { region } }: Context,
  images: readonly string[],
): alicloud.types.input.ess.EciScalingConfigurationAcrRegistryInfo[] | undefined {
  const custom = images.filter((image) => !enterpriseHost.test(image) && !personalHost.test(image));
  if (registry === undefined || custom.length === 0) return undefined;
  const domains = [...new Set(custom.map((image) => image.slice(0, image.indexOf("/"))))];
  return [{ instanceId: registry, regionId: region, domains }];
}

/**
 * The variables by which the log service collects what the container writes.
 * https://www.alibabacloud.com/help/en/eci/user-guide/use-environment-variables-to-configure-log-collection
 */
function collectionVariables({ project, store }: Logs) {
  return { [`aliyun_logs_${store}`]: "stdout", [`aliyun_logs_${store}_project`]: project };
}
