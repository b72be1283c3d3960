import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { HealthyTargets } from "../../components/clouds/aws/healthy-targets";
import { TrafficSplitCheck } from "../../components/clouds/aws/traffic-split-check";
import { Gate } from "../../components/gate";

/*
 * What somebody would write who needs just this one service and no component: the same resources with the same
 * properties as Pulumi.bench.yaml beside this file gives. `npm run bench` compares the two, resources first.
 */
const region = "us-east-1";
const release = "1-4-2-7a9c1f";
const tags = (name: string) => ({ Name: name, service: "bookstore", stack: "bench", "managed-by": "pulumi" });
const releaseTags = { ...tags(`bookstore-${release}`), release };
const policy = (statements: pulumi.Input<unknown>[]) =>
  pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });

const vpc = new aws.ec2.Vpc("bookstore-vpc", {
  cidrBlock: "10.0.0.0/16",
  enableDnsHostnames: true,
  enableDnsSupport: true,
  tags: tags("bookstore-vpc"),
});
const zones = [
  { zone: "use1-az1", privateBlock: "10.0.0.0/20", publicBlock: "10.0.128.0/20" },
  { zone: "use1-az2", privateBlock: "10.0.16.0/20", publicBlock: "10.0.144.0/20" },
];
const internet = new aws.ec2.InternetGateway("bookstore-internet", { vpcId: vpc.id, tags: tags("bookstore-internet") });
const publicTable = new aws.ec2.RouteTable("bookstore-public", { vpcId: vpc.id, tags: tags("bookstore-public") });
const publicRoute = new aws.ec2.Route("bookstore-public", {
  routeTableId: publicTable.id,
  destinationCidrBlock: "0.0.0.0/0",
  gatewayId: internet.id,
});
const rooms = zones.map(({ zone, privateBlock, publicBlock }) => {
  const inside = new aws.ec2.Subnet(`bookstore-private-${zone}`, {
    vpcId: vpc.id,
    cidrBlock: privateBlock,
    availabilityZoneId: zone,
    tags: tags(`bookstore-private-${zone}`),
  });
  const outside = new aws.ec2.Subnet(`bookstore-public-${zone}`, {
    vpcId: vpc.id,
    cidrBlock: publicBlock,
    availabilityZoneId: zone,
    tags: tags(`bookstore-public-${zone}`),
  });
  const toInternet = new aws.ec2.RouteTableAssociation(`bookstore-public-${zone}`, {
    routeTableId: publicTable.id,
    subnetId: outside.id,
  });
  const address = new aws.ec2.Eip(
    `bookstore-nat-${zone}`,
    { domain: "vpc", tags: tags(`bookstore-nat-${zone}`) },
    { dependsOn: [internet] },
  );
  const nat = new aws.ec2.NatGateway(
    `bookstore-nat-${zone}`,
    { subnetId: outside.id, allocationId: address.id, tags: tags(`bookstore-nat-${zone}`) },
    { dependsOn: [publicRoute, toInternet] },
  );
  const table = new aws.ec2.RouteTable(`bookstore-private-${zone}`, {
    vpcId: vpc.id,
    tags: tags(`bookstore-private-${zone}`),
  });
  const route = new aws.ec2.Route(`bookstore-private-${zone}`, {
    routeTableId: table.id,
    destinationCidrBlock: "0.0.0.0/0",
    natGatewayId: nat.id,
  });
  const association = new aws.ec2.RouteTableAssociation(`bookstore-private-${zone}`, {
    routeTableId: table.id,
    subnetId: inside.id,
  });
  return { inside, outside, table, ready: [route, association] };
});
const privateSubnets = rooms.map(({ inside }) => inside.id);
const endpoint = new aws.ec2.VpcEndpoint("bookstore-s3", {
  vpcId: vpc.id,
  serviceName: `com.amazonaws.${region}.s3`,
  vpcEndpointType: "Gateway",
  routeTableIds: rooms.map(({ table }) => table.id),
  tags: tags("bookstore-s3"),
});

const edge = new aws.ec2.SecurityGroup("bookstore-load-balancer", {
  vpcId: vpc.id,
  description: "The load balancer",
  revokeRulesOnDelete: true,
  tags: tags("bookstore-load-balancer"),
});
const instances = new aws.ec2.SecurityGroup("bookstore-instances", {
  vpcId: vpc.id,
  description: "The instances",
  revokeRulesOnDelete: true,
  tags: tags("bookstore-instances"),
});
new aws.vpc.SecurityGroupIngressRule("bookstore-load-balancer-80-from-0.0.0.0/0", {
  securityGroupId: edge.id,
  ipProtocol: "tcp",
  fromPort: 80,
  toPort: 80,
  cidrIpv4: "0.0.0.0/0",
});
const out = new aws.vpc.SecurityGroupEgressRule("bookstore-instances-out", {
  securityGroupId: instances.id,
  ipProtocol: "-1",
  cidrIpv4: "0.0.0.0/0",
});
const way = [
  new aws.vpc.SecurityGroupEgressRule("bookstore-load-balancer-to-8080", {
    securityGroupId: edge.id,
    ipProtocol: "tcp",
    fromPort: 8080,
    toPort: 8080,
    referencedSecurityGroupId: instances.id,
  }),
  new aws.vpc.SecurityGroupIngressRule("bookstore-instances-from-load-balancer-8080", {
    securityGroupId: instances.id,
    ipProtocol: "tcp",
    fromPort: 8080,
    toPort: 8080,
    referencedSecurityGroupId: edge.id,
  }),
];
const balancer = new aws.lb.LoadBalancer("bookstore", {
  loadBalancerType: "application",
  internal: false,
  subnets: rooms.map(({ outside }) => outside.id),
  securityGroups: [edge.id],
  idleTimeout: 60,
  dropInvalidHeaderFields: true,
  tags: tags("bookstore"),
});
const listener = new aws.lb.Listener("bookstore-http", {
  loadBalancerArn: balancer.arn,
  port: 80,
  protocol: "HTTP",
  defaultActions: [
    {
      type: "fixed-response",
      fixedResponse: { statusCode: "503", contentType: "text/plain", messageBody: "no release is live" },
    },
  ],
  tags: tags("bookstore-http"),
});
const targets = new aws.lb.TargetGroup(`bookstore-${release}`, {
  vpcId: vpc.id,
  targetType: "ip",
  port: 8080,
  protocol: "HTTP",
  deregistrationDelay: 30,
  healthCheck: {
    path: "/healthz",
    interval: 5,
    timeout: 2,
    matcher: "200-299",
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  },
  tags: releaseTags,
});
const header = new aws.lb.ListenerRule(`bookstore-${release}-header`, {
  listenerArn: listener.arn,
  priority: 28_868,
  conditions: [{ httpHeader: { httpHeaderName: "X-Release", values: [release] } }],
  actions: [{ type: "forward", targetGroupArn: targets.arn }],
  tags: releaseTags,
});

const logs = new aws.cloudwatch.LogGroup("bookstore-logs", { retentionInDays: 30, tags: tags("bookstore-logs") });

const bucket = new aws.s3.Bucket("bookstore-files", { tags: tags("bookstore-files") });
const closed = new aws.s3.BucketPublicAccessBlock("bookstore-files", {
  bucket: bucket.id,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
new aws.s3.BucketOwnershipControls("bookstore-files", {
  bucket: bucket.id,
  rule: { objectOwnership: "BucketOwnerEnforced" },
});
new aws.s3.BucketServerSideEncryptionConfiguration("bookstore-files", {
  bucket: bucket.id,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
});
const versioning = new aws.s3.BucketVersioning("bookstore-files", {
  bucket: bucket.id,
  versioningConfiguration: { status: "Enabled" },
});
new aws.s3.BucketLifecycleConfiguration(
  "bookstore-files",
  {
    bucket: bucket.id,
    rules: [
      {
        id: "old-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  },
  { dependsOn: [versioning] },
);
new aws.s3.BucketPolicy(
  "bookstore-files",
  {
    bucket: bucket.id,
    policy: policy([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]),
  },
  { dependsOn: [closed] },
);

const assumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } }],
});
const role = new aws.iam.Role("bookstore-instance", { assumeRolePolicy, tags: tags("bookstore-instance") });
const startRole = new aws.iam.Role("bookstore-start", { assumeRolePolicy, tags: tags("bookstore-start") });
const granted = [
  new aws.iam.RolePolicy("bookstore-instance", {
    role: role.id,
    policy: policy([
      { Sid: "ListFiles", Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [bucket.arn] },
      {
        Sid: "UseFiles",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
        Resource: [pulumi.interpolate`${bucket.arn}/*`],
      },
    ]),
  }),
  new aws.iam.RolePolicy("bookstore-start", {
    role: startRole.id,
    policy: policy([
      {
        Sid: "WriteLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        Resource: [logs.arn, pulumi.interpolate`${logs.arn}:*`],
      },
      { Sid: "LogInToRegistry", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
      {
        Sid: "PullImage",
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
        Resource: ["arn:aws:ecr:*:*:repository/*"],
      },
    ]),
  }),
];

const cluster = new aws.ecs.Cluster("bookstore", {
  settings: [{ name: "containerInsights", value: "enabled" }],
  tags: tags("bookstore"),
});
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
      image:
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/bookstore@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1",
      essential: true,
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
      environment: [
        { name: "CATALOGUE", value: "spring" },
        { name: "FILES_BUCKET", value: bucket.bucket },
        { name: "FILES_ENDPOINT", value: `https://s3.${region}.amazonaws.com` },
        { name: "FILES_REGION", value: region },
        { name: "PORT", value: "8080" },
        { name: "SERVICE_NAME", value: "bookstore" },
        { name: "SERVICE_RELEASE", value: release },
        { name: "SERVICE_VERSION", value: "1.4.2" },
      ],
      mountPoints: [],
      linuxParameters: { initProcessEnabled: true },
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": logs.name, "awslogs-region": region, "awslogs-stream-prefix": release },
      },
    },
  ]),
  tags: releaseTags,
});
const service = new aws.ecs.Service(
  `bookstore-${release}`,
  {
    cluster: cluster.arn,
    taskDefinition: taskDefinition.arn,
    desiredCount: 2,
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
    replaceOnChanges: ["taskDefinition", "networkConfiguration", "loadBalancers"],
    dependsOn: [header, ...way, out, ...granted, endpoint, ...rooms.flatMap(({ ready }) => ready)],
  },
);
const scalable = new aws.appautoscaling.Target(`bookstore-${release}`, {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
  minCapacity: 2,
  maxCapacity: 6,
});
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

const healthy = new HealthyTargets(`bookstore-${release}-healthy`, {
  region,
  targetGroup: targets.arn,
  instances: 2,
  within: 280,
  group: service.name,
  cluster: cluster.name,
});
const url = pulumi.interpolate`http://${balancer.dnsName}`;
const gate = new Gate(
  `bookstore-${release}-gate`,
  { url, path: "/healthz", release, answers: 3, within: 60, timeout: 2, group: service.id },
  { dependsOn: [healthy] },
);
const split = new aws.lb.ListenerRule(
  "bookstore-traffic-split",
  {
    listenerArn: listener.arn,
    priority: 50_000,
    conditions: [{ pathPattern: { values: ["/*"] } }],
    actions: [{ type: "forward", targetGroupArn: targets.arn }],
    tags: tags("bookstore-traffic-split"),
  },
  { dependsOn: [gate] },
);
new TrafficSplitCheck("bookstore-traffic-split-check", {
  region,
  rule: split.arn,
  shares: pulumi.all([pulumi.interpolate`${targets.arn}=100`]),
});

export { url };
