/** The remote modules of AWS with clients that reply as each test says. */
import assert from "node:assert/strict";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import * as targets from "../../../components/clouds/aws/healthy-targets.remote";
import { fastClock } from "../../support/clock";

type Replies = Readonly<Record<string, object | (() => object)>>;

describe("the remote modules of AWS", () => {
  fastClock(50);
  const clients = [AutoScalingClient, ECSClient, ElasticLoadBalancingV2Client];
  const send = clients.map(({ prototype }) => Object.getOwnPropertyDescriptor(prototype, "send"));
  let replies: Replies = {};
  let sent: string[] = [];

  before(() => {
    for (const { prototype } of clients) {
      Object.assign(prototype, {
        send: (command: object) => {
          const name = command.constructor.name.replace(/Command$/, "");
          sent.push(name);
          const said = replies[name] ?? assert.fail(`no reply to ${name}`);
          return Promise.resolve(typeof said === "function" ? (said as () => object)() : said);
        },
      });
    }
  });
  beforeEach(() => {
    sent = [];
  });
  after(() => {
    clients.forEach(({ prototype }, index) => {
      Reflect.deleteProperty(prototype, "send");
      if (send[index]) Object.defineProperty(prototype, "send", send[index]);
    });
  });

  describe("wait for healthy targets", () => {
    const group = { region: "us-east-1", targetGroup: "arn:tg", instances: 3, within: 30, group: "books", cluster: "" };
    const service = { ...group, cluster: "books-cluster" };
    const health = (...states: string[]) => ({
      TargetHealthDescriptions: states.map((State) => ({
        TargetHealth: { State, ...(State === "healthy" ? {} : { Reason: "Target.ResponseCodeMismatch" }) },
      })),
    });

    it("requires no more than the group's desired capacity", async () => {
      const desired = [5, 2];
      replies = {
        DescribeTargetHealth: health("healthy", "healthy"),
        DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [{ DesiredCapacity: desired.shift() }] }),
      };
      assert.deepEqual(await targets.create(group), { id: "books", outs: { ...group, passed: "books" } });
      assert.equal(sent.length, 4);
    });

    it("fails in time with the reasons of the load balancer and of Auto Scaling", async () => {
      replies = {
        DescribeTargetHealth: health("healthy", "unhealthy"),
        DescribeAutoScalingGroups: { AutoScalingGroups: [{ DesiredCapacity: 3 }] },
        DescribeScalingActivities: {
          Activities: [
            { StatusCode: "Failed", StatusMessage: "no capacity" },
            { StatusCode: "Successful", StatusMessage: "launched" },
          ],
        },
      };
      await assert.rejects(
        targets.create(group),
        /^Error: books has 1 healthy instances of 3 after 30 s \(Target\.ResponseCodeMismatch; no capacity\)\. The traffic split was not changed\./,
      );
    });

    it("fails as soon as ECS gives up, with the reasons of the stopped tasks", async () => {
      replies = {
        DescribeTargetHealth: health(),
        DescribeServices: { services: [{ desiredCount: 3, deployments: [{ rolloutState: "FAILED" }] }] },
        ListTasks: { taskArns: ["arn:task"] },
        DescribeTasks: { tasks: [{ stoppedReason: "exited", containers: [{ reason: "CannotPullContainerError" }] }] },
      };
      await assert.rejects(
        targets.create(service),
        /^Error: books has 0 healthy instances of 3 and AWS gave up starting more \(exited; CannotPullContainerError\)/,
      );
      assert.deepEqual(sent, ["DescribeTargetHealth", "DescribeServices", "ListTasks", "DescribeTasks"]);
    });
  });
});
