import { createRequire } from "node:module";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import { appEnvironment } from "../app-environment";
import { type ServerGroup, type StackFacts, offered } from "../cloud";
import type { Context } from "../context";
import type { ServingInputs } from "../start-size.remote";
import { ownerTag } from "../tag-keys";
import { ClusterRemoval } from "./cluster-removal";
import { checkContainer } from "./container-limits";
import type { SharedFileSystem } from "./files";
import { type Identity, readSecrets, taskIdentity } from "./identity";
import type { AwsPlatform, ServiceParts } from "./platform";
import type * as Registry from "./registry";
import { scaleContainers } from "./scaling";
import { serverGroup } from "./server-group";
import { type StartSize, startSize } from "./start-size";
import { tagsOf } from "./tags";
import { type TargetGroup, targetGroup } from "./target-group";
import { bakeMinutes, launchSeconds } from "./timings";

/** Raise it whenever a release gets another task definition, so that running releases are replaced and never edited. */
const templateRevision = 2;

/** The disk of a Fargate task that asks for none, in GiB. */
const includedDiskGiB = 20;

/** Loads a module on first use: only a stack that bakes needs Docker's provider. */
const lazily = createRequire(__filename);

/** Containers on Fargate: a task definition and an ECS service for each release. */
export function container(facts: StackFacts): AwsPlatform {
  return {
    capabilities: {
      command: offered,
      "cpu trigger": offered,
      "memory trigger": offered,
      "requests trigger": offered,
      "schedule trigger": offered,
      "shared file system": offered,
      secrets: offered,
      "security groups": offered,
      "read-only root": offered,
      user: offered,
      "dropped capabilities": offered,
    },
    check: (service) => checkContainer(service, facts.region),
    launchSeconds: launchSeconds.container,
    bakeMinutes: bakeMinutes.container,
    targetType: "ip",
    endpoints: ["logs", "ecr.api", "ecr.dkr"],
    instanceShape: (size, architecture) => ({
      label: `Fargate ${size.cpu} vCPU, ${size.memoryGiB} GiB, ${architecture}`,
      templateRevision,
    }),
    bake: (name, build, spec, parent) =>
      (lazily("./registry") as typeof Registry).containerImage({ name, spec, facts, mark: undefined, parent }, build),
    createEnvironment(environment) {
      const { name, parent } = environment;
      const tags = tagsOf(environment, name);
      const removal = new ClusterRemoval(
        `${name}-cluster-removal`,
        { region: facts.region, cluster: name, owner: tags[ownerTag] ?? "" },
        { parent },
      );
      const cluster = new aws.ecs.Cluster(
        name,
        { settings: [{ name: "containerInsights", value: "enabled" }], tags },
        { parent, dependsOn: [removal], retainOnDelete: true },
      );
      return {
        cluster: cluster.arn,
        createService(context, parts) {
          const identity = taskIdentity(context, parts);
          return {
            role: identity.role,
            addRelease: (release, image, parent, serving) =>
              addRelease({ ...context, parent }, { ...parts, cluster, identity }, release, image, serving),
          };
        },
      };
    },
  };
}

/** What the releases of a container service share. */
interface ContainerParts extends ServiceParts {
  readonly cluster: aws.ecs.Cluster;
  readonly identity: Identity;
}

function addRelease(
  context: Context,
  parts: ContainerParts,
  release: Release,
  image: pulumi.Input<string>,
  serving: ServingInputs,
): ServerGroup {
  const { cluster } = parts;
  const targets = targetGroup(context, parts, release);
  const secretDependencies = readSecrets(context, parts.identity, release);
  const definition = taskDefinition(context, parts, release, image);
  const size = startSize(context, release, serving);
  const service = ecsService(context, parts, release, { definition, size }, targets, secretDependencies);
  const bound = scaleContainers(context, release, { cluster, service, size, label: targets.metricLabel });
  return serverGroup(context, release, targets, {
    id: service.id,
    group: service.name,
    cluster: cluster.name,
    instances: size.starts,
    bound,
  });
}

function ecsService(
  context: Context,
  { network, securityGroup, files, cluster, identity }: ContainerParts,
  release: Release,
  { definition, size }: { readonly definition: aws.ecs.TaskDefinition; readonly size: StartSize },
  targets: TargetGroup,
  secretDependencies: readonly pulumi.Resource[],
): aws.ecs.Service {
  const { name, parent } = context;
  const resource = `${name}-${release.id}`;
  return new aws.ecs.Service(
    resource,
    {
      cluster: cluster.arn,
      taskDefinition: definition.arn,
      desiredCount: size.starts,
      launchType: "FARGATE",
      networkConfiguration: {
        subnets: network.subnetsOf(release.shape.placement),
        securityGroups: [securityGroup.id, ...(release.shape.securityGroups ?? [])],
        assignPublicIp: false,
      },
      loadBalancers: [{ containerName: name, containerPort: release.shape.port, targetGroupArn: targets.arn }],
      healthCheckGracePeriodSeconds: release.shape.health.startWithin,
      availabilityZoneRebalancing: "ENABLED",
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      // Tasks that cannot start end the wait for health early. There is nothing to roll back to, as each release has
      // its own service.
      deploymentCircuitBreaker: { enable: true, rollback: false },
      propagateTags: "SERVICE",
      tags: tagsOf(context, resource, { release: release.id }),
    },
    {
      parent,
      // The count belongs to the triggers once the service runs.
      ignoreChanges: ["desiredCount"],
      // A release is never changed in place: whatever would deploy into it creates another service beside it.
      replaceOnChanges: ["taskDefinition", "loadBalancers"],
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

function taskDefinition(
  context: Context,
  parts: ContainerParts,
  release: Release,
  image: pulumi.Input<string>,
): aws.ecs.TaskDefinition {
  const { name, parent, facts } = context;
  const { files, logGroup, identity } = parts;
  const resource = `${name}-${release.id}`;
  // Sorted, because ECS sorts them and another order would show as a change.
  const environment = Object.entries(appEnvironment(context.name, release, files))
    .map(([key, value]) => ({ name: key, value }))
    .sort(byName);
  const secrets = Object.entries(release.shape.secrets)
    .map(([key, valueFrom]) => ({ name: key, valueFrom }))
    .sort(byName);
  const { readOnlyRoot = false, user, dropCapabilities = false } = release.shape.hardening ?? {};
  const mounts = [
    ...(files?.share ? [{ volume: shareVolume(files.share), containerPath: files.share.path }] : []),
    ...(readOnlyRoot ? [temporary] : []),
  ];
  const container = {
    name,
    image,
    essential: true,
    portMappings: [{ containerPort: release.shape.port, hostPort: release.shape.port, protocol: "tcp" }],
    environment,
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(release.shape.command ? { command: release.shape.command } : {}),
    mountPoints: mounts.map(({ volume: { name: sourceVolume }, containerPath }) => ({
      sourceVolume,
      containerPath,
      readOnly: false,
    })),
    ...(readOnlyRoot ? { readonlyRootFilesystem: true } : {}),
    ...(user === undefined ? {} : { user }),
    linuxParameters: {
      initProcessEnabled: true,
      ...(dropCapabilities ? { capabilities: { drop: ["ALL"] } } : {}),
    },
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroup.name,
        "awslogs-region": facts.region,
        "awslogs-stream-prefix": release.id,
        // ECS's default, which an account can change. An app that waits for CloudWatch Logs would serve no requests; what
        // does not fit in the buffer is lost. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    },
  };
  return new aws.ecs.TaskDefinition(
    resource,
    {
      family: familyOf(name, facts.stack, release.id),
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: String(release.shape.size.cpu * 1024),
      memory: String(release.shape.size.memoryGiB * 1024),
      runtimePlatform: {
        cpuArchitecture: release.shape.architecture === "arm64" ? "ARM64" : "X86_64",
        operatingSystemFamily: "LINUX",
      },
      ...(release.shape.disk.sizeGiB > includedDiskGiB
        ? { ephemeralStorage: { sizeInGib: release.shape.disk.sizeGiB } }
        : {}),
      executionRoleArn: identity.startRole.arn,
      taskRoleArn: identity.role.arn,
      volumes: mounts.map(({ volume }) => volume),
      containerDefinitions: pulumi.jsonStringify([container]),
      tags: tagsOf(context, resource, { release: release.id }),
    },
    { parent },
  );
}

/**
 * Part of the task's own disk: Fargate has no tmpfs. It has the owner and the mode of the folder that the image declares as
 * a volume; without such a declaration it is root's.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
 */
const temporary = { volume: { name: "tmp" }, containerPath: "/tmp" };

function shareVolume({ fileSystem, accessPoint }: SharedFileSystem) {
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

/**
 * The family of a release's task definitions. It has letters, digits, dashes and underscores only, and a stack's name may have periods.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
export function familyOf(service: string, stack: string, release: string): string {
  return `${service}-${stack}-${release}`.replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(0, 255);
}
