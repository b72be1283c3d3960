import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../cloud";
import type { Release } from "../../spec";
import { type Context, tagsOf } from "../context";
import { type Parts, inService, scalingGroup } from "./group";
import { readSecrets } from "./identity";
import { uniqueName } from "./names";
import { cheapestInstanceType } from "./instance-types";
import { userData } from "./user-data";
import { appEnvironment } from "../app-environment";

/** Returns what adds a release of virtual machines: a launch template and a scaling group of its own. */
export function machines(context: Context, parts: Parts): Foundation["addRelease"] {
  const { balancer, who } = parts;
  return (release, image) => {
    const targets = balancer.addTargetGroup(release);
    const granted = [...who.granted, ...readSecrets(context, who, release)];
    const template = launchTemplate(context, parts, release, image);
    const group = scalingGroup(
      context,
      parts,
      release,
      {
        groupType: "ECS",
        healthCheckTypes: ["ECS", "LOAD_BALANCER"],
        launchTemplateId: template.id,
        launchTemplateVersion: template.latestVersionNumber.apply(String),
        stopInstanceTimeout: Math.min(240, Math.max(30, context.spec.loadBalancer.drain)),
      },
      [...targets.reachable, ...granted],
    );
    return inService(context, parts, release, targets, group, [group]);
  };
}

function launchTemplate(
  context: Context,
  { balancer, files, logs, who }: Parts,
  release: Release,
  imageId: pulumi.Input<string>,
): alicloud.ecs.EcsLaunchTemplate {
  const { name, parent, facts } = context;
  const resource = `${name}-${release.id}`;
  const share = files?.share;
  const told = userData({
    region: facts.region,
    variables: appEnvironment(context.name, release, files),
    secrets: release.shape.secrets,
    roleName: who.role.roleName,
    machineMark: logs.machineMark,
    share: share && { server: share.server, path: share.path },
  });
  return new alicloud.ecs.EcsLaunchTemplate(
    resource,
    {
      launchTemplateName: uniqueName(context, "launch template", release.id),
      imageId,
      instanceType: cheapestInstanceType(release.shape.size, release.shape.architecture)?.name,
      instanceName: resource,
      ramRoleName: who.role.roleName,
      // No key pair, no password, no public address, and metadata only to who holds a session token on the instance itself.
      securityGroupIds: [balancer.instanceSecurityGroupId],
      internetMaxBandwidthOut: 0,
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
      systemDisk: {
        category: "cloud_essd",
        performanceLevel: "PL0",
        size: release.shape.diskGiB,
        encrypted: true,
        deleteWithInstance: true,
      },
      updateDefaultVersionNumber: true,
      userData: told.apply((text) => Buffer.from(text).toString("base64")),
      // On the instances without the user's own tags: a change of those is no reason for new instances.
      tags: { service: name, stack: facts.stack, release: release.id, "managed-by": "pulumi" },
      templateTags: tagsOf(context, { release: release.id }),
    },
    { parent },
  );
}
