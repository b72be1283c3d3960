/**
 * The simulated load balancer: late rules, listeners by port, and health checks by each target group's own settings.
 */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  RegisterTargetsCommand,
  type Action,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { emulatedAws } from "./support/emulated-aws";
import { region } from "./support/emulator";
import { pause } from "./support/processes";
import { aNetwork, type SmallNetwork } from "./support/small-network";
import { DataPlane } from "./traffic/data-plane";
import { until } from "./traffic/process";

const answer = (code: string): Action => ({ Type: "fixed-response", FixedResponseConfig: { StatusCode: code } });

describe("engine: the simulated load balancer", () => {
  const aws = emulatedAws();
  let elb: ElasticLoadBalancingV2Client, network: SmallNetwork;
  let plane: DataPlane, app: Server, balancer: string, http: string;

  const listener = async (Port: number, action: Action) => {
    const { Listeners } = await elb.send(
      new CreateListenerCommand({ LoadBalancerArn: balancer, Protocol: "HTTP", Port, DefaultActions: [action] }),
    );
    return Listeners?.[0]?.ListenerArn ?? "";
  };
  const status = async (port?: number) => (await fetch(plane.urlOf(port))).status;
  const modify = (action: Action) =>
    elb.send(new ModifyListenerCommand({ ListenerArn: http, DefaultActions: [action] }));

  before(async () => {
    const reader = aws.gateway.reader(region);
    elb = reader.balancing;
    network = await aNetwork(reader.ec2, "10.1.0.0/16");
    const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: "one", Subnets: network.subnets }));
    balancer = LoadBalancers?.[0]?.LoadBalancerArn ?? "";
    http = await listener(80, answer("503"));
    app = createServer((request, response) => {
      response.writeHead(request.url === "/broken" ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    plane = await DataPlane.start({ endpoint: aws.gateway.url, ruleDelay: 1, ports: [80, 8080], pollMs: 50 });
    aws.gateway.sources.health = (arn) => plane.health(arn);
  });
  after(async () => {
    await (plane as DataPlane | undefined)?.close();
    (app as Server | undefined)?.close();
  });

  it("applies a change of rules late, though the API has it at once", async () => {
    await modify(answer("404"));
    await plane.refresh();
    assert.equal(await status(), 503);
    await pause(1_200);
    assert.equal(await status(), 404);
  });

  it("has an address for each listener", async () => {
    await listener(8080, answer("410"));
    await until("the second listener", 60_000, async () => (await status(8080)) === 410);
    assert.equal(await status(80), 404);
  });

  it("counts a target as healthy when the checks of its own target group pass, and forgets it once it is deregistered", async () => {
    const Targets = [{ Id: "127.0.0.1", Port: (app.address() as AddressInfo).port }];
    const group = async (Name: string, HealthCheckPath: string) => {
      const { TargetGroups } = await elb.send(
        new CreateTargetGroupCommand({
          ...{ Name, HealthCheckPath, VpcId: network.vpc, TargetType: "ip", Protocol: "HTTP", Port: 80 },
          ...{ HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2, UnhealthyThresholdCount: 2 },
        }),
      );
      const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? "";
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
      return TargetGroupArn;
    };
    const state = async (TargetGroupArn: string) => {
      const { TargetHealthDescriptions: [one] = [] } = await elb.send(
        new DescribeTargetHealthCommand({ TargetGroupArn }),
      );
      return one?.TargetHealth?.State;
    };
    const [good, broken] = [await group("good", "/"), await group("broken", "/broken")];
    assert.deepEqual([await state(good), await state(broken)], ["unused", "unused"]);
    const shares = [good, broken].map((TargetGroupArn, index) => ({ TargetGroupArn, Weight: 1 - index }));
    await modify({ Type: "forward", ForwardConfig: { TargetGroups: shares } });
    await until("the failed checks", 60_000, async () => (await state(broken)) === "unhealthy");
    assert.equal(await state(good), "healthy");
    await until("the late rule", 60_000, async () => (await status()) === 200);
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: good, Targets }));
    await plane.refresh();
    assert.equal(await state(good), undefined);
    assert.equal(await status(), 503);
  });
});
