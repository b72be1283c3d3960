/**
 * A service on the emulator of AWS. Its instances are simulated; requests follow the listeners' rules to target groups.
 */
import type { Listener } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeServicesCommand, ECSClient, ListClustersCommand, ListServicesCommand } from "@aws-sdk/client-ecs";
import type { Compute, ServiceArgs } from "../../../components/spec";
import { Cloud, matchesEveryRequest } from "../support/cloud";
import { clientSettings } from "../support/client-settings";
import { region } from "../support/emulator";
import { SimulatedReleases } from "../support/simulated-releases";
import { leadOut } from "../support/small-network";
import { World } from "../support/world";
import { type LiveCloud, type PlatformName, gateLimits } from "./live-cloud";

const images = {
  container: (digit: string) => `registry.test/app@sha256:${digit.repeat(64)}`,
  vm: (digit: string) => `ami-${digit.repeat(17)}`,
};

/** Starts an emulator with a stack that has not been brought up. */
export async function startAws(platform: PlatformName, context: Mocha.Context): Promise<LiveCloud> {
  const world = await World.start(context, { docker: false });
  const simulated = new SimulatedReleases();
  await simulated.startIn(world);
  const cloud = new Cloud(world.emulator, world.gateway);
  const containers = new ECSClient(clientSettings(world.gateway.url));
  const image = (digit: string, compute: Compute = platform.compute) => images[compute](digit);
  const service: ServiceArgs = {
    name: "shop",
    compute: platform.compute,
    version: "1.0.0",
    image: image("1"),
    instances: { min: 2, max: 6 },
    gate: { url: simulated.url, ...gateLimits },
    health: { startWithin: 10 },
  };
  const stack = await world.stack(service);
  const existing = await existingNetwork(world);
  const live: LiveCloud = {
    platform,
    stack,
    service,
    existing,
    image,
    onMutation: undefined,
    refuses: undefined,
    broken: simulated.broken,
    split: () => cloud.split("shop"),
    request,
    inventory: () => cloud.inventory(),
    close: () => world.close(),
  };
  const named = ({ service, action }: { readonly service: string; readonly action: string }) => `${service} ${action}`;
  world.gateway.beforeReply = (call) => {
    if (isMutating(call)) live.onMutation?.(named(call));
  };
  world.gateway.fault({
    match: (call) => isMutating(call) && (live.refuses?.(named(call)) ?? false),
    times: Infinity,
    with: "deny",
  });
  return live;

  async function request(): Promise<string | undefined> {
    const listeners = await cloud.listeners("shop");
    const groups = await groupsWithInstances();
    return answer(listeners, 80, groups);
  }

  async function answer(
    listeners: ReadonlyMap<number, Listener>,
    port: number,
    groups: ReadonlySet<string>,
  ): Promise<string | undefined> {
    if (!listeners.has(port)) return `port ${port} has no listener`;
    const rules = (await cloud.rules("shop", port)).sort((a, b) => Number(a.Priority) - Number(b.Priority));
    const action = rules.find(matchesEveryRequest)?.Actions?.[0];
    if (action === undefined) return `port ${port} has no rule for the request`;
    if (action.Type === "redirect") return port === 443 ? "443 redirects" : answer(listeners, 443, groups);
    const targets = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }];
    const dead = targets.filter(({ TargetGroupArn = "", Weight = 1 }) => Weight > 0 && !groups.has(TargetGroupArn));
    return dead.length === 0 ? undefined : `no instance in ${dead.map(({ TargetGroupArn }) => TargetGroupArn).join()}`;
  }

  /** The target groups that an ECS service or an Auto Scaling group with instances fills. */
  async function groupsWithInstances(): Promise<ReadonlySet<string>> {
    const machines = (await cloud.machineGroups("shop"))
      .filter(({ DesiredCapacity }) => (DesiredCapacity ?? 0) > 0)
      .flatMap(({ TargetGroupARNs = [] }) => TargetGroupARNs);
    const { clusterArns = [] } = await containers.send(new ListClustersCommand({}));
    const services = await Promise.all(
      clusterArns.map(async (cluster) => {
        const { serviceArns = [] } = await containers.send(new ListServicesCommand({ cluster }));
        if (serviceArns.length === 0) return [];
        const { services = [] } = await containers.send(
          new DescribeServicesCommand({ cluster, services: serviceArns }),
        );
        return services
          .filter(({ status, desiredCount }) => status === "ACTIVE" && (desiredCount ?? 0) > 0)
          .flatMap(({ loadBalancers = [] }) => loadBalancers.map(({ targetGroupArn }) => targetGroupArn ?? ""));
      }),
    );
    return new Set([...machines, ...services.flat()]);
  }
}

async function existingNetwork({ emulator, gateway }: World): Promise<LiveCloud["existing"]> {
  const created = async (action: string, parameters: Record<string, string>, element: string) => {
    const xml = await emulator.query("ec2", "2016-11-15", action, parameters);
    return new RegExp(`<${element}>([^<]*)`).exec(xml)?.[1] ?? "";
  };
  const vpcId = await created("CreateVpc", { CidrBlock: "10.9.0.0/16" }, "vpcId");
  const otherVpcId = await created("CreateVpc", { CidrBlock: "10.8.0.0/16" }, "vpcId");
  const subnet = (zone: string, block: number) =>
    created(
      "CreateSubnet",
      { VpcId: vpcId, CidrBlock: `10.9.${block}.0/24`, AvailabilityZone: `us-east-1${zone}` },
      "subnetId",
    );
  // A public load balancer needs a way to the internet.
  const internetGateway = await created("CreateInternetGateway", {}, "internetGatewayId");
  await created("AttachInternetGateway", { InternetGatewayId: internetGateway, VpcId: vpcId }, "return");
  const securityGroup = (name: string) =>
    created("CreateSecurityGroup", { VpcId: vpcId, GroupName: name, GroupDescription: "of the tests" }, "groupId");
  const publicSubnetIds = [await subnet("a", 3), await subnet("b", 4), await subnet("c", 5)] as const;
  await leadOut(gateway.reader(region).ec2, { vpc: vpcId, internetGateway, subnets: publicSubnetIds });
  return {
    vpcId,
    otherVpcId,
    securityGroupIds: [await securityGroup("database"), await securityGroup("cache")],
    subnetIds: [await subnet("a", 0), await subnet("b", 1), await subnet("c", 2)],
    publicSubnetIds,
  };
}

function isMutating({ action, method }: { readonly action: string; readonly method: string }): boolean {
  if (action.includes(" ")) return method !== "GET" && method !== "HEAD";
  return !/^(Describe|List|Get|Head|Lookup)/.test(action);
}
