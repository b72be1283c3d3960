/** A service on the double of Alibaba Cloud, whose own data plane answers requests. */
import type { Compute } from "../../../components/spec";
import { type AlicloudDouble, callForField } from "../../../packages/alicloud-double/src";
import { existingNetwork } from "../support/alicloud-fixtures";
import { AlicloudWorld } from "../support/alicloud-world";
import { type LiveCloud, type PlatformName, gateLimits } from "./live-cloud";
import { registries } from "./sample-fields";

const images = {
  container: (digit: string) => `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${digit.repeat(64)}`,
  vm: (digit: string) => `m-bp1${digit.repeat(17)}`,
};

/** Starts a double with a stack that has not been brought up. */
export async function startAlicloud(platform: PlatformName, context: Mocha.Context): Promise<LiveCloud> {
  const world = await AlicloudWorld.start(context, "cn-hangzhou");
  for (const [index, id] of registries.entries())
    world.double.world.registries.instances.set(id, { id, name: `books-${index}` });
  const image = (digit: string, compute: Compute = platform.compute) => images[compute](digit);
  const stack = await world.stack({
    name: "shop",
    compute: platform.compute,
    version: "1.0.0",
    image: image("1"),
    instances: { min: 2, max: 6 },
    health: { startWithin: 10 },
    loadBalancer: { drain: 0 },
    gate: gateLimits,
  });
  const live: LiveCloud = {
    platform,
    stack,
    service: stack.service,
    existing: await networks(world.double),
    image,
    onMutation: undefined,
    refuses: undefined,
    broken: world.broken,
    split: () => Promise.resolve(world.split("shop")),
    request: () => Promise.resolve(request(80)),
    inventory: () =>
      Promise.resolve(
        Object.entries(world.double.inventory())
          .map(([kind, count]) => `${kind}: ${count}`)
          .sort(),
      ),
    close: () => world.close(),
  };
  world.double.beforeReply = ({ service, action }) => {
    if (isMutating(service, action)) live.onMutation?.(`${service} ${action}`);
  };
  world.double.faults.add({
    kind: "refuse",
    code: "Forbidden.RAM",
    message: "User not authorized to operate on the specified resource.",
    status: 403,
    when: (cloudService, action) =>
      isMutating(cloudService, action) && (live.refuses?.(`${cloudService} ${action}`) ?? false),
  });
  return live;

  function request(port: number): string | undefined {
    const headers = { host: "shop.example.com" };
    const { status, body } = world.double.plane.send("shop", { method: "GET", path: "/", headers }, port);
    if (status >= 300 && status < 400 && port === 80) return request(443);
    return status === 200 ? undefined : `port ${port} answers ${status} ${body}`;
  }
}

async function networks(double: AlicloudDouble): Promise<LiveCloud["existing"]> {
  const { vpcId, vSwitchIds: subnetIds } = await existingNetwork(double, "10.9", "j", "k", "h");
  const { vpcId: otherVpcId } = await existingNetwork(double, "10.8");
  const securityGroup = () =>
    callForField(
      double,
      "ecs",
      "CreateSecurityGroup",
      { VpcId: vpcId, SecurityGroupType: "normal" },
      "SecurityGroupId",
    );
  const securityGroupIds = [await securityGroup(), await securityGroup()] as const;
  return { vpcId, otherVpcId, subnetIds, publicSubnetIds: subnetIds, securityGroupIds };
}

function isMutating(service: string, action: string): boolean {
  if (service === "oss" || service === "sls") return !/^(Get|List|Head)/.test(action);
  return !/^(Describe|List|Get|Query)/.test(action);
}
