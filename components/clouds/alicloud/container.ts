import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../cloud";
import type { InstanceSpec, Release } from "../../spec";
import { type Context, tagsOf } from "../context";
import { type Parts, inService, scalingGroup } from "./group";
import { type Logs } from "./logs";
import { shortened } from "./names";
import { cheapestInstanceType } from "./instance-types";
import { appEnvironment } from "../app-environment";

/**
 * The disk that an ECI instance has without asking, in GiB.
 * https://www.alibabacloud.com/help/en/eci/user-guide/specify-the-number-of-vcpus-and-memory-size-to-create-an-elastic-container-instance
 */
export const includedDiskGiB = 30;

/** Returns what adds a release of containers: a scaling group of ECI instances, and the one configuration that they ever have. */
export function containers(context: Context, parts: Parts): Foundation["addRelease"] {
  const { balancer, who } = parts;
  return (release, image) => {
    const targets = balancer.addTargetGroup(release);
    const group = scalingGroup(
      context,
      parts,
      release,
      { groupType: "ECI", healthCheckTypes: ["ECI", "LOAD_BALANCER"] },
      [...targets.reachable, ...who.granted],
    );
    return inService(context, parts, release, targets, group, [configuration(context, parts, release, image, group)]);
  };
}

/** Where containers find the share. */
const volume = "share";

function configuration(
  context: Context,
  { balancer, files, logs, who }: Parts,
  release: Release,
  image: pulumi.Input<string>,
  group: alicloud.ess.ScalingGroup,
): alicloud.ess.EciScalingConfiguration {
  const { name, parent } = context;
  const resource = `${name}-${release.id}`;
  const share = files?.share;
  const variables = { ...appEnvironment(context.name, release, files), ...collected(logs) };
  const container = {
    name,
    image,
    // A digest never means another image, so one that is there is the right one.
    imagePullPolicy: "IfNotPresent",
    ports: [{ port: release.shape.port, protocol: "TCP" }],
    environmentVars: Object.entries(variables)
      .map(([key, value]) => ({ key, value }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    ...(release.shape.command ? { commands: [...release.shape.command] } : {}),
    ...(share ? { volumeMounts: [{ name: volume, mountPath: share.path, readOnly: false }] } : {}),
  };
  return new alicloud.ess.EciScalingConfiguration(
    resource,
    {
      scalingGroupId: group.id,
      scalingConfigurationName: resource,
      containerGroupName: shortened(resource, 63),
      // Also enables the group, which starts its instances from here on.
      active: true,
      ...sizeOf(release.shape),
      ...(release.shape.diskGiB > includedDiskGiB ? { ephemeralStorage: release.shape.diskGiB - includedDiskGiB } : {}),
      securityGroupId: balancer.instanceSecurityGroupId,
      ramRoleName: who.role.roleName,
      restartPolicy: "Always",
      // Its last requests have ended by then: it leaves the load balancer before it is told to stop. Were it the drain's
      // time, a change of that would edit what running instances are made from.
      terminationGracePeriodSeconds: 30,
      enableSls: true,
      loadBalancerWeight: 100,
      autoCreateEip: false,
      acrRegistryInfos: pulumi.output(image).apply(registryOf),
      containers: [container],
      volumes: share
        ? [
            {
              name: volume,
              type: "NFSVolume",
              nfsVolumeServer: share.server,
              nfsVolumePath: "/",
              nfsVolumeReadOnly: false,
            },
          ]
        : [],
      tags: tagsOf(context, { release: release.id }),
    },
    {
      parent,
      // It goes with its group. Its own deletion would be refused while it is the active one, and forced it would delete
      // the group even where that is to stay.
      deletedWith: group,
      replaceOnChanges: ["containers", "volumes", "cpu", "memory", "instanceTypes", "securityGroupId", "ramRoleName"],
    },
  );
}

/** ECI has sizes for x86_64; for arm64 it is told which instance type to take. */
function sizeOf({
  size,
  architecture,
}: InstanceSpec): Pick<alicloud.ess.EciScalingConfigurationArgs, "cpu" | "memory" | "instanceTypes"> {
  if (architecture === "x86_64") return { cpu: size.cpu, memory: size.memoryGiB };
  const type = cheapestInstanceType(size, architecture);
  return type ? { instanceTypes: [type.name] } : {};
}

/**
 * The variables by which the log service collects what the container writes.
 * https://www.alibabacloud.com/help/en/eci/user-guide/use-environment-variables-to-configure-log-collection
 */
function collected({ project, store }: Logs) {
  return { [`aliyun_logs_${store}`]: "stdout", [`aliyun_logs_${store}_project`]: project };
}

const enterpriseRegistry = /^(?<instanceName>[a-z0-9-]+)-registry(-vpc)?\.(?<regionId>[a-z0-9-]+)\.cr\.aliyuncs\.com\//;

/** Container Registry Enterprise Edition gives its images without a password to who names the instance. */
function registryOf(image: string): alicloud.types.input.ess.EciScalingConfigurationAcrRegistryInfo[] {
  const found = enterpriseRegistry.exec(image)?.groups;
  return found
    ? [{ instanceName: found.instanceName, regionId: found.regionId, domains: [image.slice(0, image.indexOf("/"))] }]
    : [];
}
