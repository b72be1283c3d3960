/** The remote modules of AWS with clients that reply as each test says. */
import assert from "node:assert/strict";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import * as targets from "../../../components/clouds/aws/healthy-targets.remote";
import { type Replies, answerCommands } from "../../support/aws-commands";
import { simulatedClock } from "../../support/clock";

describe("the wait for healthy targets on AWS", () => {
  simulatedClock();
  let replies: Replies = {};
  const recorded = answerCommands(
    [AutoScalingClient, EC2Client, ECSClient, ElasticLoadBalancingV2Client],
    () => replies,
  );
  const calls = (name: string) => recorded.sent.filter((call) => call.name === name);

  const group = { region: "us-east-1", targetGroup: "arn:tg", instances: 3, within: 30, group: "books", cluster: "" };
  const service = { ...group, cluster: "books-cluster" };
  const health = (states: Readonly<Record<string, string>>) => () => ({
    TargetHealthDescriptions: Object.entries(states).map(([Id, State]) => ({
      Target: { Id },
      TargetHealth: { State, ...(State === "healthy" ? {} : { Reason: "Target.ResponseCodeMismatch" }) },
    })),
  });
  const machines = (ids: readonly string[], settings: object = {}) => ({
    AutoScalingGroups: [
      { DesiredCapacity: 3, MaxSize: 6, Instances: ids.map((InstanceId) => ({ InstanceId })), ...settings },
    ],
  });

  it("passes once as many of the group's own instances are healthy as the release starts with", async () => {
    const healthy = ["i-1", "i-2"];
    replies = {
      DescribeTargetHealth: () => {
        const answer = health(Object.fromEntries(healthy.map((id) => [id, "healthy"])))();
        healthy.push("i-3");
        return answer;
      },
      DescribeAutoScalingGroups: () => machines(["i-1", "i-2", "i-3"]),
    };
    assert.deepEqual(await targets.create(group), { id: "books", outs: { ...group, passed: "books" } });
    assert.equal(calls("DescribeTargetHealth").length, 2);
  });

  it("does not count the healthy instances of another group in the same target group", async () => {
    replies = {
      DescribeTargetHealth: health({
        "i-old-1": "healthy",
        "i-old-2": "healthy",
        "i-old-3": "healthy",
        "i-1": "initial",
      }),
      DescribeAutoScalingGroups: () => machines(["i-1"]),
      DescribeScalingActivities: () => ({}),
    };
    await assert.rejects(targets.create(group), /^Error: books has 0 healthy instances of 3 after 30 s/);
  });

  it("raises a group that triggers have scaled in since the attempt before", async () => {
    let desired = 1;
    replies = {
      DescribeTargetHealth: () => health(Object.fromEntries(ids().map((id) => [id, "healthy"])))(),
      DescribeAutoScalingGroups: () => machines(ids(), { DesiredCapacity: desired }),
      SetDesiredCapacity: ({ DesiredCapacity }: { DesiredCapacity: number }) => {
        desired = DesiredCapacity;
        return {};
      },
    };
    const ids = () => Array.from({ length: desired }, (_, index) => `i-${index}`);
    await targets.create(group);
    assert.equal(desired, 3);
  });

  it("requires no more than a schedule lets the group have", async () => {
    replies = {
      DescribeTargetHealth: health({ "i-1": "healthy" }),
      DescribeAutoScalingGroups: () => machines(["i-1"], { DesiredCapacity: 1, MaxSize: 1 }),
    };
    await targets.create(group);
  });

  it("requires one at least, even of a group that somebody has set to none", async () => {
    replies = {
      DescribeTargetHealth: health({}),
      DescribeAutoScalingGroups: () => machines([], { DesiredCapacity: 0, MaxSize: 0 }),
      SetDesiredCapacity: () => ({}),
      DescribeScalingActivities: () => ({ Activities: [] }),
    };
    await assert.rejects(targets.create(group), /books has 0 healthy instances of 1 after 30 s/);
  });

  it("fails in time with the reasons of the load balancer and of Auto Scaling", async () => {
    replies = {
      DescribeTargetHealth: health({ "i-1": "healthy", "i-2": "unhealthy" }),
      DescribeAutoScalingGroups: () => machines(["i-1", "i-2"]),
      DescribeScalingActivities: () => ({
        Activities: [
          { StatusCode: "Failed", StatusMessage: "no capacity" },
          { StatusCode: "Cancelled", StatusMessage: "Client.InternalError: Client error on launch" },
          { StatusCode: "Successful", StatusMessage: "launched" },
        ],
      }),
    };
    await assert.rejects(
      targets.create(group),
      /^Error: books has 1 healthy instances of 3 after 30 s \(Target\.ResponseCodeMismatch; no capacity; Client\.InternalError: Client error on launch \(most likely the key of the disks.*\)\)\. The traffic split was not changed\./,
    );
  });

  it("fails with the reason for which EC2 ended an instance, where the account may read it", async () => {
    const activity = { StatusCode: "Cancelled", StatusMessage: "Instance failed to launch" };
    const reason = { Code: "Client.InvalidKMSKey.InvalidState", Message: "The KMS key is in an incorrect state" };
    replies = {
      DescribeTargetHealth: health({}),
      DescribeAutoScalingGroups: () => machines([]),
      DescribeScalingActivities: () => ({
        Activities: [{ ...activity, Description: "Launching a new EC2 instance: i-0abc" }],
      }),
      DescribeInstances: () => ({ Reservations: [{ Instances: [{ InstanceId: "i-0abc", StateReason: reason }] }] }),
    };
    await assert.rejects(targets.create(group), /failed to launch; i-0abc: The KMS key is in an incorrect state/);
    const [asked] = calls("DescribeInstances");
    assert.deepEqual(asked?.input.Filters, [{ Name: "instance-id", Values: ["i-0abc"] }]);
    const refuse = () => {
      throw new Error("UnauthorizedOperation");
    };
    replies = { ...replies, DescribeInstances: refuse };
    await assert.rejects(targets.create(group), /\(Instance failed to launch\)/);
  });

  it("counts the tasks of its own ECS service by their addresses", async () => {
    const addressOf = (task: string) => ({ name: "privateIPv4Address", value: `10.0.0.${task}` });
    const tasks = ["1", "2", "3"];
    replies = {
      DescribeTargetHealth: health({ "10.0.0.1": "healthy", "10.0.0.2": "healthy", "10.0.0.3": "healthy" }),
      DescribeServices: () => ({ services: [{ desiredCount: 3 }] }),
      ListTasks: () => ({ taskArns: tasks }),
      DescribeTasks: ({ tasks: asked }: { tasks: string[] }) => ({
        tasks: asked.map((task) => ({ attachments: [{ details: [{ name: "subnetId" }, addressOf(task)] }] })),
      }),
    };
    await targets.create(service);
    assert.deepEqual(calls("ListTasks")[0]?.input.serviceName, "books");
  });

  it("fails with the reason for which ECS created no task, and with the command that raises the quota", async () => {
    const advice =
      "the quota of Fargate's vCPUs has no room for this release beside the one that serves; a new account has few: " +
      "aws service-quotas request-service-quota-increase --region us-east-1 --service-code fargate --quota-code L-3032A538 " +
      "--desired-value NUMBER";
    const message =
      "(service books) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently";
    replies = {
      DescribeTargetHealth: health({}),
      DescribeServices: () => ({
        services: [
          {
            desiredCount: 3,
            events: [{ message: "(service books) registered 1 targets" }, { message }, { message: "unable to" }],
          },
        ],
      }),
      ListTasks: () => ({}),
    };
    await assert.rejects(targets.create(service), ({ message: error }: Error) =>
      error.startsWith(`books has 0 healthy instances of 3 after 30 s (${message} (${advice})). `),
    );
  });

  it("lets ECS start again where an earlier update ended with it giving up", async () => {
    let state = "FAILED";
    replies = {
      DescribeTargetHealth: health({ "10.0.0.1": "healthy" }),
      DescribeServices: () => ({ services: [{ desiredCount: 1, deployments: [{ rolloutState: state }] }] }),
      UpdateService: ({ forceNewDeployment }: { forceNewDeployment?: boolean }) => {
        if (forceNewDeployment) state = "IN_PROGRESS";
        return {};
      },
      ListTasks: () => ({ taskArns: state === "FAILED" ? [] : ["arn:task"] }),
      DescribeTasks: () => ({
        tasks: [{ attachments: [{ details: [{ name: "privateIPv4Address", value: "10.0.0.1" }] }] }],
      }),
    };
    await targets.create({ ...service, instances: 1 });
    assert.equal(calls("UpdateService").length, 1);
  });

  it("fails as soon as ECS gives up, with the reasons of the stopped tasks", async () => {
    let asked = 0;
    const rolloutState = () => (asked++ === 0 ? "IN_PROGRESS" : "FAILED");
    replies = {
      DescribeTargetHealth: health({}),
      DescribeServices: () => ({ services: [{ desiredCount: 3, deployments: [{ rolloutState: rolloutState() }] }] }),
      ListTasks: ({ desiredStatus }: { desiredStatus?: string }) => ({
        taskArns: desiredStatus === "STOPPED" ? ["arn:task"] : [],
      }),
      DescribeTasks: () => ({
        tasks: [{ stoppedReason: "exited", containers: [{ reason: "CannotPullContainerError" }] }],
      }),
    };
    await assert.rejects(
      targets.create(service),
      /^Error: books has 0 healthy instances of 3 and AWS gave up starting more \(exited; CannotPullContainerError\)/,
    );
    assert.equal(calls("DescribeTargetHealth").length, 2);
  });
});
