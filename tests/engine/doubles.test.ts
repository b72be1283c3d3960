/** Tests of the doubles, where a mistake would let a wrong program pass. */
import assert from "node:assert/strict";
import { ApplicationAutoScaling } from "./support/application-autoscaling";
import { parseCall } from "./support/aws-call";
import { findEmulator, needs } from "./support/toolchain";
import { parseEnvironmentFile } from "./traffic/user-data";

describe("engine: the double of Application Auto Scaling", () => {
  let service: ApplicationAutoScaling;
  const call = (operation: string, parameters: object) =>
    parseCall(
      "POST",
      new URL("http://aws.test"),
      { "x-amz-target": `AnyScaleFrontendService.${operation}` },
      JSON.stringify(parameters),
    );

  const target = {
    ServiceNamespace: "ecs",
    ScalableDimension: "ecs:service:DesiredCount",
    ResourceId: "service/cluster/service",
  };
  const other = { ...target, ResourceId: "service/cluster/other" };
  const tracking = (metric: object) => ({
    ...target,
    PolicyName: "p",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: { TargetValue: 1, PredefinedMetricSpecification: metric },
  });
  const action = (more: object) => ({
    ...target,
    ScheduledActionName: "a",
    ScalableTargetAction: { MinCapacity: 1 },
    ...more,
  });

  before(function () {
    service = new ApplicationAutoScaling(needs(this, findEmulator()).serviceModels);
    assert.equal(
      service.answer(call("RegisterScalableTarget", { ...target, MinCapacity: 1, MaxCapacity: 2 })).status,
      200,
    );
  });

  const refused: [string, object, RegExp][] = [
    ["RegisterScalableTarget", { ...other, MinCapacity: 3, MaxCapacity: 2 }, /MinCapacity must be 0 to MaxCapacity/],
    ["RegisterScalableTarget", { ...other, MinCapacity: "1", MaxCapacity: 2 }, /MinCapacity must be a whole number/],
    ["RegisterScalableTarget", { ...other, MinCapacity: 1, MaxCapacity: 2, Owner: "me" }, /Owner is not a field/],
    [
      "RegisterScalableTarget",
      { ...other, ServiceNamespace: "fargate", MinCapacity: 1, MaxCapacity: 2 },
      /ServiceNamespace must be one of/,
    ],
    [
      "PutScalingPolicy",
      { ...tracking({ PredefinedMetricType: "ECSServiceAverageCPUUtilization" }), ...other },
      /ObjectNotFoundException/,
    ],
    [
      "PutScalingPolicy",
      tracking({ PredefinedMetricType: "ALBRequestCountPerTarget", ResourceLabel: "balancer/group" }),
      /ResourceLabel must be/,
    ],
    ["PutScheduledAction", action({ Schedule: "cron(0 8 ? * MON-FRI)" }), /six fields/],
    ["PutScheduledAction", action({ Schedule: "rate(1 hours)" }), /singular/],
    [
      "PutScheduledAction",
      action({ Schedule: "at(2030-01-01T00:00:00)", Timezone: "+08:00" }),
      /not the name of a time zone/,
    ],
  ];
  for (const [operation, parameters, message] of refused) {
    it(`refuses an invalid ${operation}: ${message.source}`, () => {
      const answer = service.answer(call(operation, parameters));
      assert.equal(answer.status, 400);
      assert.match(String(answer.body), message);
    });
  }

  it("refuses a second change of a target at the same time, and none of another or of what only reads", async () => {
    const change = (operation: string, ResourceId: string) =>
      service.inTurn(call(operation, { ResourceId }), () => Promise.resolve({ status: 200, headers: {}, body: "" }));
    const answers = await Promise.all([
      ...[change("PutScalingPolicy", "a"), change("PutScheduledAction", "a"), change("RegisterScalableTarget", "b")],
      change("DescribeScheduledActions", "a"),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 400, 200, 200],
    );
    assert.match(String(answers[1]?.body), /ConcurrentUpdateException/);
    assert.equal((await change("DeleteScheduledAction", "a")).status, 200);
  });
});

describe("engine: an instance's environment file", () => {
  it("is read as systemd reads it", () => {
    const text = `# comment\nA=1\n\nB="two words \\"quoted\\" \\$x \\n"\nC='$HOME "\\'\nD= spaced  \nE="a\\\nb"\nF=\nnot a variable\nG='first\nsecond'\n`;
    assert.deepEqual(parseEnvironmentFile(text), {
      A: "1",
      B: 'two words "quoted" $x \\n',
      C: '$HOME "\\',
      D: "spaced",
      E: "ab",
      F: "",
      G: "first\nsecond",
    });
  });
});
