import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../cloud";
import type { Release } from "../../spec";
import type { Context } from "../context";
import { tagsOf } from "./tags";
import type { Files } from "./files";
import { type Identity, readSecrets } from "./identity";
import { Healthy } from "./healthy";
import type { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import { scaleMachines } from "./scaling";
import { cheapestInstanceType } from "./instance-types";
import { userData } from "./user-data";
import { appEnvironment } from "../app-environment";
import { groupSeconds } from "./timings";

/** What the releases of a service on virtual machines share. */
export interface MachineParts {
  readonly net: Network;
  readonly balancer: LoadBalancer;
  readonly files: Files | undefined;
  readonly logGroupName: pulumi.Output<string>;
  readonly who: Identity;
}

/** Registers the instance profile and returns what adds a release: a launch template and an Auto Scaling group of its own. */
export function machines(context: Context, parts: MachineParts): Foundation["addRelease"] {
  const { name, parent, spec, facts } = context;
  const { net, balancer, files, who } = parts;
  const profile = new aws.iam.InstanceProfile(
    `${name}-instance`,
    { role: who.role.name, tags: tagsOf(context, `${name}-instance`) },
    { parent },
  );
  return (release, image) => {
    const targets = balancer.addTargetGroup(release);
    const granted = [...who.granted, ...readSecrets(context, who, release)];
    const template = launchTemplate(context, parts, release, image, profile);
    const resource = `${name}-${release.id}`;
    const { min, max, start } = release.instances;
    const group = new aws.autoscaling.Group(
      resource,
      {
        minSize: min,
        maxSize: max,
        desiredCapacity: start,
        vpcZoneIdentifiers: net.privateSubnetIds,
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        targetGroupArns: [targets.arn],
        healthCheckType: "ELB",
        healthCheckGracePeriod: spec.health.startWithin,
        defaultInstanceWarmup: spec.health.healthyAfter,
        // The provider's own wait is off: on a change of min it would wait for the number of instances that it last saw,
        // which triggers have changed since. The wait is below.
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
        // The count belongs to the triggers once the group runs.
        ignoreChanges: ["desiredCapacity"],
        // A release is never changed in place: whatever would change its instances makes another group beside it.
        replaceOnChanges: ["launchTemplate", "vpcZoneIdentifiers", "targetGroupArns"],
        dependsOn: [...targets.reachable, ...granted, ...net.wayOut, ...(files?.share?.mountTargets ?? [])],
      },
    );
    scaleMachines(context, release, { group, label: pulumi.interpolate`${balancer.arnSuffix}/${targets.arnSuffix}` });
    const healthy = new Healthy(
      `${resource}-healthy`,
      {
        region: facts.region,
        targetGroup: targets.arn,
        instances: start,
        within: groupSeconds(spec),
        group: group.name,
        cluster: "",
      },
      { parent },
    );
    return { release, id: group.id, targetGroup: targets.arn, healthy };
  };
}

function launchTemplate(
  context: Context,
  { balancer, files, logGroupName }: MachineParts,
  release: Release,
  imageId: pulumi.Input<string>,
  profile: aws.iam.InstanceProfile,
): aws.ec2.LaunchTemplate {
  const { name, parent, facts } = context;
  const resource = `${name}-${release.id}`;
  const tags = tagsOf(context, resource, { release: release.id });
  // Without the user's own tags: a change of those is no reason for new instances, and the group hands them to new ones.
  const fixed = { Name: resource, service: name, stack: facts.stack, release: release.id };
  const share = files?.share;
  const told = userData({
    region: facts.region,
    variables: appEnvironment(context.name, release, files),
    secrets: release.shape.secrets,
    logGroupName,
    share: share && { fileSystemId: share.fileSystem.id, accessPointId: share.accessPoint.id, path: share.path },
  });
  return new aws.ec2.LaunchTemplate(
    resource,
    {
      imageId,
      instanceType: cheapestInstanceType(release.shape.size, release.shape.architecture)?.name,
      iamInstanceProfile: { arn: profile.arn },
      // No key pair, no public address, and metadata only to who holds a session token on the instance itself.
      networkInterfaces: [
        {
          deviceIndex: 0,
          associatePublicIpAddress: "false",
          deleteOnTermination: "true",
          securityGroups: [balancer.instanceSecurityGroupId],
        },
      ],
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "enabled",
      },
      blockDeviceMappings: [
        {
          deviceName: release.shape.rootDevice,
          ebs: { encrypted: "true", deleteOnTermination: "true", volumeSize: release.shape.diskGiB, volumeType: "gp3" },
        },
      ],
      monitoring: { enabled: true },
      updateDefaultVersion: true,
      userData: told.apply((text) => Buffer.from(text).toString("base64")),
      tagSpecifications: ["volume", "network-interface"].map((resourceType) => ({ resourceType, tags: fixed })),
      tags,
    },
    { parent },
  );
}
