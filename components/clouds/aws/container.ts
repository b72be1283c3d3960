import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../cloud";
import type { Release } from "../../spec";
import type { Context } from "../context";
import { tagsOf } from "./tags";
import type { Files, Share } from "./files";
import { type Identity, readSecrets } from "./identity";
import { Healthy } from "./healthy";
import type { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import { scaleContainers } from "./scaling";
import { appEnvironment } from "../app-environment";
import { groupSeconds } from "./timings";

/** What the releases of a container service share. */
export interface ContainerParts {
  readonly net: Network;
  readonly balancer: LoadBalancer;
  readonly files: Files | undefined;
  readonly logGroupName: pulumi.Output<string>;
  readonly who: Identity;
}

/** The disk that a Fargate task has without asking, in GiB. */
export const includedDiskGiB = 20;

/** Registers the cluster and returns what adds a release to it: a task definition and an ECS service of its own. */
export function containers(context: Context, parts: ContainerParts): Foundation["addRelease"] {
  const { name, parent, spec, facts } = context;
  const cluster = new aws.ecs.Cluster(
    name,
    { settings: [{ name: "containerInsights", value: "enabled" }], tags: tagsOf(context, name) },
    { parent },
  );
  return (release, image) => {
    const { net, balancer, files, who } = parts;
    const targets = balancer.addTargetGroup(release);
    const granted = [...who.granted, ...readSecrets(context, who, release)];
    const taskDefinition = task(context, parts, release, image);
    const resource = `${name}-${release.id}`;
    const service = new aws.ecs.Service(
      resource,
      {
        cluster: cluster.arn,
        taskDefinition: taskDefinition.arn,
        desiredCount: release.instances.start,
        launchType: "FARGATE",
        networkConfiguration: {
          subnets: net.privateSubnetIds,
          securityGroups: [balancer.instanceSecurityGroupId],
          assignPublicIp: false,
        },
        loadBalancers: [{ containerName: name, containerPort: release.shape.port, targetGroupArn: targets.arn }],
        healthCheckGracePeriodSeconds: spec.health.startWithin,
        availabilityZoneRebalancing: "ENABLED",
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        // Tasks that cannot start end the wait below early; there is nothing to roll back to, as each release has its own service.
        deploymentCircuitBreaker: { enable: true, rollback: false },
        propagateTags: "SERVICE",
        tags: tagsOf(context, resource, { release: release.id }),
      },
      {
        parent,
        // The count belongs to the triggers once the service runs.
        ignoreChanges: ["desiredCount"],
        // A release is never changed in place: whatever would deploy into it makes another service beside it.
        replaceOnChanges: ["taskDefinition", "networkConfiguration", "loadBalancers"],
        dependsOn: [...targets.reachable, ...granted, ...net.wayOut, ...(files?.share?.mountTargets ?? [])],
      },
    );
    scaleContainers(context, release, {
      cluster,
      service,
      label: pulumi.interpolate`${balancer.arnSuffix}/${targets.arnSuffix}`,
    });
    const healthy = new Healthy(
      `${resource}-healthy`,
      {
        region: facts.region,
        targetGroup: targets.arn,
        instances: release.instances.start,
        within: groupSeconds(spec),
        group: service.name,
        cluster: cluster.name,
      },
      { parent },
    );
    return { release, id: service.id, targetGroup: targets.arn, healthy };
  };
}

function task(
  context: Context,
  parts: ContainerParts,
  release: Release,
  image: pulumi.Input<string>,
): aws.ecs.TaskDefinition {
  const { name, parent, facts } = context;
  const { files, logGroupName, who } = parts;
  const resource = `${name}-${release.id}`;
  // Sorted, because ECS sorts them and any other order would show as a change.
  const environment = Object.entries(appEnvironment(context.name, release, files))
    .map(([key, value]) => ({ name: key, value }))
    .sort(byName);
  const secrets = Object.entries(release.shape.secrets)
    .map(([key, valueFrom]) => ({ name: key, valueFrom }))
    .sort(byName);
  const container = {
    name,
    image,
    essential: true,
    portMappings: [{ containerPort: release.shape.port, hostPort: release.shape.port, protocol: "tcp" }],
    environment,
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(release.shape.command ? { command: release.shape.command } : {}),
    mountPoints: files?.share ? [{ sourceVolume: "share", containerPath: files.share.path, readOnly: false }] : [],
    linuxParameters: { initProcessEnabled: true },
    logConfiguration: {
      logDriver: "awslogs",
      options: { "awslogs-group": logGroupName, "awslogs-region": facts.region, "awslogs-stream-prefix": release.id },
    },
  };
  return new aws.ecs.TaskDefinition(
    resource,
    {
      family: `${name}-${facts.stack}-${release.id}`,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: String(release.shape.size.cpu * 1024),
      memory: String(release.shape.size.memoryGiB * 1024),
      runtimePlatform: {
        cpuArchitecture: release.shape.architecture === "arm64" ? "ARM64" : "X86_64",
        operatingSystemFamily: "LINUX",
      },
      ...(release.shape.diskGiB > includedDiskGiB ? { ephemeralStorage: { sizeInGib: release.shape.diskGiB } } : {}),
      executionRoleArn: who.startRole.arn,
      taskRoleArn: who.role.arn,
      volumes: files?.share ? [shareVolume(files.share)] : [],
      containerDefinitions: pulumi.jsonStringify([container]),
      tags: tagsOf(context, resource, { release: release.id }),
    },
    { parent },
  );
}

function shareVolume({ fileSystem, accessPoint }: Share): aws.types.input.ecs.TaskDefinitionVolume {
  return {
    name: "share",
    efsVolumeConfiguration: {
      fileSystemId: fileSystem.id,
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId: accessPoint.id, iam: "ENABLED" },
    },
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
