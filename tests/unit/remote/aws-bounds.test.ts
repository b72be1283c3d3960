/** The bounds of a group on AWS with clients that reply as each test says. */
import assert from "node:assert/strict";
import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { ECSClient } from "@aws-sdk/client-ecs";
import * as bounds from "../../../components/clouds/aws/bounds.remote";
import { simulatedClock } from "../../support/clock";

describe("the bounds of a group on AWS", () => {
  simulatedClock();
  const clients = [ApplicationAutoScalingClient, AutoScalingClient, ECSClient];
  const originals = clients.map(({ prototype }) => Object.getOwnPropertyDescriptor(prototype, "send"));
  let sent: object[] = [];
  let live: { min: number; max: number } | undefined;

  before(() => {
    const send = ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) => {
      sent.push({ name: name.replace(/Command$/, ""), ...input });
      const [machines, containers] = live
        ? [
            [{ MinSize: live.min, MaxSize: live.max, DesiredCapacity: 5 }],
            [{ MinCapacity: live.min, MaxCapacity: live.max }],
          ]
        : [[], []];
      const services = [{ desiredCount: 4 }];
      return Promise.resolve({ AutoScalingGroups: machines, ScalableTargets: containers, services });
    };
    for (const { prototype } of clients) Object.assign(prototype, { send });
  });
  beforeEach(() => {
    sent = [];
    live = { min: 2, max: 6 };
  });
  after(() => {
    clients.forEach(({ prototype }, index) => {
      Reflect.deleteProperty(prototype, "send");
      if (originals[index]) Object.defineProperty(prototype, "send", originals[index]);
    });
  });

  const inputs = (of: "AutoScalingGroup" | "EcsService", group: string, min: number) => ({
    ...{ region: "us-east-1", of, group, min, max: 6, schedules: [], heldFor: "", holdSeconds: 0 },
  });
  const service = "service/books-cluster/books";
  const target = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" };

  it("are an Auto Scaling group's own", async () => {
    const { outs } = await bounds.create(inputs("AutoScalingGroup", "books", 2));
    await bounds.update("books", outs, inputs("AutoScalingGroup", "books", 3));
    const read = { name: "DescribeAutoScalingGroups", AutoScalingGroupNames: ["books"] };
    const set = { name: "UpdateAutoScalingGroup", AutoScalingGroupName: "books", MinSize: 3, MaxSize: 6 };
    assert.deepEqual(sent, [read, read, set]);
  });

  it("are those of an ECS service's scalable target", async () => {
    const { outs } = await bounds.create(inputs("EcsService", service, 2));
    await bounds.update(service, outs, inputs("EcsService", service, 3));
    const read = { name: "DescribeScalableTargets", ...target, ResourceIds: [service] };
    const set = { name: "RegisterScalableTarget", ...target, ResourceId: service, MinCapacity: 3, MaxCapacity: 6 };
    assert.deepEqual(sent, [read, read, set]);
  });

  it("of a release know its size, and set it", async () => {
    const machines = bounds.boundedGroup("us-east-1", { group: "books", cluster: "" });
    const containers = bounds.boundedGroup("us-east-1", { group: "books", cluster: "books-cluster" });
    assert.deepEqual([await machines.size(), await containers.size()], [5, 4]);
    sent = [];
    await machines.resize(6);
    await containers.resize(6);
    assert.deepEqual(sent, [
      { name: "SetDesiredCapacity", AutoScalingGroupName: "books", DesiredCapacity: 6 },
      { name: "UpdateService", cluster: "books-cluster", service: "books", desiredCount: 6 },
    ]);
  });

  it("are gone with their group", async () => {
    live = undefined;
    assert.deepEqual(await bounds.read("books", inputs("AutoScalingGroup", "books", 2)), {});
  });
});
