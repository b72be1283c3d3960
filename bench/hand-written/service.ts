import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Bounds } from "../../components/clouds/aws/bounds";
import { ClusterRemoval } from "../../components/clouds/aws/cluster-removal";
import { StartSize } from "../../components/clouds/aws/start-size";
import { ImageMark } from "../../components/clouds/aws/image-mark";
import { image, region, release, releaseTags, tags } from "./common";
import { granted, role, startRole } from "./identity";
import { balancer, header, instances, out, targets, way, zones } from "./load-balancer";
import { endpointRoutes, privateSubnets, rooms } from "./network";
import { bucket, logs } from "./storage";

const clusterTags = tags("bookstore");
const removal = new ClusterRemoval("bookstore-cluster-removal", {
  ...{ region, cluster: "bookstore", owner: clusterTags["immutable-service"] },
});
export const cluster = new aws.ecs.Cluster(
  "bookstore",
  { settings: [{ name: "containerInsights", value: "enabled" }], tags: clusterTags },
  { dependsOn: [removal], retainOnDelete: true },
);
const taskDefinition = new aws.ecs.TaskDefinition(`bookstore-${release}`, {
  family: `bookstore-bench-${release}`,
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "512",
  memory: "1024",
  runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
  executionRoleArn: startRole.arn,
  taskRoleArn: role.arn,
  volumes: [],
  containerDefinitions: pulumi.jsonStringify([
    {
      name: "bookstore",
      image,
      essential: true,
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
      environment: [
        { name: "CATALOGUE", value: "spring" },
        { name: "FILES_BUCKET", value: bucket.bucket },
        { name: "FILES_ENDPOINT", value: `https://s3.${region}.amazonaws.com` },
        { name: "FILES_REGION", value: region },
        { name: "KEEP_ALIVE_SECONDS", value: "75" },
        { name: "PORT", value: "8080" },
        { name: "SERVICE_NAME", value: "bookstore" },
        { name: "SERVICE_RELEASE", value: release },
        { name: "SERVICE_VERSION", value: "1.4.2" },
      ],
      mountPoints: [],
      linuxParameters: { initProcessEnabled: true },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": logs.name,
          "awslogs-region": region,
          "awslogs-stream-prefix": release,
          mode: "non-blocking",
          "max-buffer-size": "25m",
        },
      },
    },
  ]),
  tags: releaseTags,
});
const mark = new ImageMark(`bookstore-${release}-image-mark`, {
  image,
  region,
  service: "bookstore",
  tag: `live-bench.${release}`,
});
export const schedules = [{ schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 }];
export const size = new StartSize(`bookstore-${release}-start-size`, {
  ...{ region, release, min: 2, start: 2, max: 6, schedules },
  ...{ rules: [], lastSplit: {}, servers: [] },
});
export const service = new aws.ecs.Service(
  `bookstore-${release}`,
  {
    cluster: cluster.arn,
    taskDefinition: taskDefinition.arn,
    desiredCount: size.starts,
    launchType: "FARGATE",
    networkConfiguration: { subnets: privateSubnets, securityGroups: [instances.id], assignPublicIp: false },
    loadBalancers: [{ containerName: "bookstore", containerPort: 8080, targetGroupArn: targets.arn }],
    healthCheckGracePeriodSeconds: 180,
    availabilityZoneRebalancing: "ENABLED",
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: false },
    propagateTags: "SERVICE",
    tags: releaseTags,
  },
  {
    ignoreChanges: ["desiredCount"],
    replaceOnChanges: ["taskDefinition", "loadBalancers"],
    dependsOn: [
      header,
      mark,
      ...way,
      out,
      ...zones,
      ...granted,
      ...endpointRoutes,
      ...rooms.flatMap(({ ready }) => ready),
    ],
  },
);
const scalable = new aws.appautoscaling.Target(
  `bookstore-${release}`,
  {
    serviceNamespace: "ecs",
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
    minCapacity: size.startMin,
    maxCapacity: size.startMax,
  },
  { ignoreChanges: ["minCapacity", "maxCapacity"] },
);
/** Registers the bounds, which apply once the traffic has moved. */
export function registerBounds(split: pulumi.Resource): void {
  new Bounds(
    `bookstore-${release}-bounds`,
    { region, of: "EcsService", group: scalable.resourceId, min: 2, max: 6, schedules, heldFor: "", holdSeconds: 0 },
    { dependsOn: [split] },
  );
}
const scaled = {
  serviceNamespace: scalable.serviceNamespace,
  scalableDimension: scalable.scalableDimension,
  resourceId: scalable.resourceId,
};
new aws.appautoscaling.Policy(`bookstore-${release}-cpu`, {
  ...scaled,
  policyType: "TargetTrackingScaling",
  targetTrackingScalingPolicyConfiguration: {
    targetValue: 60,
    predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    scaleOutCooldown: 60,
    scaleInCooldown: 300,
  },
});
new aws.appautoscaling.Policy(`bookstore-${release}-requests`, {
  ...scaled,
  policyType: "TargetTrackingScaling",
  targetTrackingScalingPolicyConfiguration: {
    targetValue: 600,
    predefinedMetricSpecification: {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: pulumi.interpolate`${balancer.arnSuffix}/${targets.arnSuffix}`,
    },
    scaleOutCooldown: 60,
    scaleInCooldown: 300,
  },
});
new aws.appautoscaling.ScheduledAction(`bookstore-${release}-schedule-1`, {
  ...scaled,
  schedule: "cron(0 8 ? * 2-6 *)",
  timezone: "Asia/Shanghai",
  scalableTargetAction: { minCapacity: 4, maxCapacity: 12 },
});
