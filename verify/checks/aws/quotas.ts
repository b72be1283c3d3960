import {
  DescribeInstanceTypesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  paginateDescribeInstances,
} from "@aws-sdk/client-ec2";
import { DescribeTasksCommand, ECSClient, paginateListClusters, paginateListTasks } from "@aws-sdk/client-ecs";
import {
  DescribeAccountLimitsCommand,
  DescribeTargetHealthCommand,
  paginateDescribeTargetGroups,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { clientSettings, isError } from "../../../components/clouds/aws/clients.remote";
import { ruleClient, rulesOf } from "../../../components/clouds/aws/rules.remote";
import { type Subject, ofType, releaseOf, textOf } from "../../subject";
import type { Check } from "../../verdict";
import { addressFacts } from "../addresses";
import { type QuotaFacts, judgeQuotas } from "../quotas";

/** Quotas of Service Quotas: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html */
export const serviceQuotas = {
  fargate: { service: "fargate", code: "L-3032A538", name: "vCPUs of Fargate" },
  machines: { service: "ec2", code: "L-1216C47A", name: "vCPUs of standard instances" },
  addresses: { service: "ec2", code: "L-0263D0A3", name: "Elastic IP addresses" },
  networks: { service: "vpc", code: "L-F678F1CE", name: "VPCs" },
} as const;

/** A quota of Service Quotas. */
export type ServiceQuota = (typeof serviceQuotas)[keyof typeof serviceQuotas];

/** The command that requests a higher limit. */
export function raiseCommand({ service, code }: ServiceQuota, region: string, value: number): string {
  return (
    `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} ` +
    `--quota-code ${code} --desired-value ${value}`
  );
}

/** The limit that applies to the account, or else AWS's default. */
export async function limitOf(region: string, { service, code }: ServiceQuota): Promise<number | undefined> {
  const client = new ServiceQuotasClient(clientSettings(region, "service-quotas"));
  const quota = { ServiceCode: service, QuotaCode: code };
  const { Quota } = await client.send(new GetServiceQuotaCommand(quota)).catch((error: unknown) => {
    if (isError(error, "NoSuchResourceException")) return client.send(new GetAWSDefaultServiceQuotaCommand(quota));
    throw error;
  });
  return Quota?.Value;
}

/** The checks that the quotas leave room for one more release. */
export function quotaChecks(subject: Subject): Check[] {
  return [
    { name: "room for a release: vCPUs", run: async () => judgeQuotas([await readCpus(subject)]) },
    { name: "room for a release: load balancer", run: async () => judgeQuotas(await readBalancing(subject)) },
    { name: "room for a release: addresses", run: async () => judgeQuotas([await readAddresses(subject)]) },
  ];
}

/** How many instances a release starts with. */
function sizeOf({ spec }: Subject): number {
  const [{ instances }] = spec.releases;
  return Math.max(instances.start, instances.min);
}

/** Of each subnet AWS keeps five addresses: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
async function readAddresses(subject: Subject): Promise<QuotaFacts> {
  const group = ofType(subject.resources, "Service", "Group").find(
    (one) => releaseOf(one, subject) === subject.releases[0]?.id,
  );
  const { networkConfiguration, vpcZoneIdentifiers } = group?.inputs ?? {};
  const { subnets = vpcZoneIdentifiers } = (networkConfiguration ?? {}) as { readonly subnets?: unknown };
  const SubnetIds = Array.isArray(subnets) ? subnets.map(textOf) : [];
  const ec2 = new EC2Client(clientSettings(subject.region, "ec2"));
  // Without ids, EC2 describes every subnet.
  const { Subnets: found = [] } =
    SubnetIds.length === 0 ? {} : await ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
  const facts = found.map(({ CidrBlock = "", AvailableIpAddressCount: free }) => ({ cidr: CidrBlock, free }));
  return addressFacts(facts, 5, sizeOf(subject));
}

async function readCpus(subject: Subject): Promise<QuotaFacts> {
  const { region, spec, resources } = subject;
  const [{ shape }] = spec.releases;
  const quota = shape.compute === "container" ? serviceQuotas.fargate : serviceQuotas.machines;
  const perInstance =
    shape.compute === "container"
      ? Promise.resolve(shape.size.cpu)
      : cpusOf(region, textOf(ofType(resources, "LaunchTemplate")[0]?.inputs?.instanceType));
  const [limit, used, each] = await Promise.all([
    limitOf(region, quota),
    shape.compute === "container" ? fargateCpus(region) : machineCpus(region),
    perInstance,
  ]);
  const needs = each * sizeOf(subject);
  return { name: quota.name, limit, used, needs, raise: raiseCommand(quota, region, Math.ceil((used + needs) * 2)) };
}

async function cpusOf(region: string, type: string): Promise<number> {
  const client = new EC2Client(clientSettings(region, "ec2"));
  const command = new DescribeInstanceTypesCommand({ InstanceTypes: [type as "t3.micro"] });
  const { InstanceTypes: [found] = [] } = await client.send(command);
  const cpus = found?.VCpuInfo?.DefaultVCpus;
  if (cpus === undefined) throw new Error(`EC2 does not say how many vCPUs ${type} has`);
  return cpus;
}

/** The vCPUs of all running instances whose families count for the quota of standard instances. */
export async function machineCpus(region: string): Promise<number> {
  const client = new EC2Client(clientSettings(region, "ec2"));
  let sum = 0;
  const filter = { Filters: [{ Name: "instance-state-name", Values: ["pending", "running"] }] };
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, filter))
    for (const { InstanceType = "", CpuOptions, InstanceLifecycle } of Reservations.flatMap(
      ({ Instances = [] }) => Instances,
    ))
      if (/^[acdhimrtz]/.test(InstanceType) && InstanceLifecycle !== "spot")
        sum += (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1);
  return sum;
}

/** The vCPUs of all running tasks on Fargate. */
export async function fargateCpus(region: string): Promise<number> {
  const client = new ECSClient(clientSettings(region, "ecs"));
  let sum = 0;
  for await (const { clusterArns = [] } of paginateListClusters({ client }, {}))
    for (const cluster of clusterArns)
      for await (const { taskArns: tasks = [] } of paginateListTasks({ client }, { cluster, launchType: "FARGATE" })) {
        if (tasks.length === 0) continue;
        const { tasks: described = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks }));
        sum += described.reduce((total, { cpu = "0" }) => total + Number(cpu) / 1024, 0);
      }
  return sum;
}

async function readBalancing(subject: Subject): Promise<QuotaFacts[]> {
  const client = ruleClient(subject);
  const listeners = ofType(subject.resources, "Listener").map(({ id = "" }) => id);
  const groups: TargetGroup[] = [];
  const [{ Limits = [] }, rules] = await Promise.all([
    client.send(new DescribeAccountLimitsCommand({ PageSize: 400 })),
    Promise.all(listeners.map((listener) => rulesOf(client, listener))),
  ]);
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {})) groups.push(...TargetGroups);
  const own = groups.filter(({ LoadBalancerArns = [] }) => LoadBalancerArns.includes(subject.loadBalancer));
  const targets = await Promise.all(
    own.map(async ({ TargetGroupArn }) => {
      const health = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      return (health.TargetHealthDescriptions ?? []).length;
    }),
  );
  const fact = (limit: string, name: string, used: number, needs: number): QuotaFacts => {
    const found = Limits.find(({ Name }) => Name === limit)?.Max;
    const raise = `https://${subject.region}.console.aws.amazon.com/servicequotas/home/services/elasticloadbalancing/quotas`;
    return { name, limit: found === undefined ? undefined : Number(found), used, needs, raise };
  };
  return [
    fact("target-groups", "target groups", groups.length, 1),
    fact("target-groups-per-application-load-balancer", "target groups of the load balancer", own.length, 1),
    fact(
      "targets-per-application-load-balancer",
      "targets of the load balancer",
      targets.reduce((sum, count) => sum + count, 0),
      sizeOf(subject),
    ),
    fact(
      "rules-per-application-load-balancer",
      "rules of the load balancer",
      rules.flat().filter(({ IsDefault }) => IsDefault !== true).length,
      listeners.length,
    ),
  ];
}
