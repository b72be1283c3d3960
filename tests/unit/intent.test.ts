/** What a program knows of the updates before this one: an interrupted one shows in the state, not in the outputs. */
import assert from "node:assert/strict";
import { aws } from "../../components";
import { intentOf } from "../../components/intent";
import type { Deployed, LastOutputs, RecordedResource } from "../../components/last-outputs";
import { idsBut } from "../../components/unfinished";
import { digest, resolved } from "../support/service";

const cloud = aws({ project: "immutable-service", stack: "dev", region: "us-east-1" });
const spec = resolved();
const first = intentOf("bookstore", cloud, spec, undefined);

const dynamic = (type: string, name: string, outputs: Record<string, unknown>): RecordedResource => ({
  urn: `urn:pulumi:dev::immutable-service::immutable:service:ImmutableService$pulumi-nodejs:dynamic/immutable-service:${type}::${name}`,
  type: `pulumi-nodejs:dynamic/immutable-service:${type}`,
  outputs,
});
const recordedIntent = (outputs: { digest: string; attempt: number }, service = "bookstore") =>
  dynamic("Intent", `${service}-intent`, outputs);
const vpc: RecordedResource = {
  urn: "urn:pulumi:dev::immutable-service::aws:ec2/vpc:Vpc::bookstore-vpc",
  type: "aws:ec2/vpc:Vpc",
  outputs: { id: "vpc-1" },
};

function last(deployed: Partial<Deployed> | undefined, ...resources: RecordedResource[]): LastOutputs {
  const whole: Deployed = {
    format: 1,
    name: "bookstore",
    cloud: "aws",
    region: "us-east-1",
    network: { cidr: "10.0.0.0/16" },
    internal: false,
    releases: [],
    digest: first.digest,
    attempt: 0,
  };
  return { deployed: deployed && { ...whole, ...deployed }, resources };
}

describe("a program's intent", () => {
  it("has a digest of everything that the program asks for", () => {
    assert.equal(intentOf("bookstore", cloud, resolved(), undefined).digest, first.digest);
    for (const change of [
      { image: digest("b") },
      { instances: { min: 3 } },
      { logs: { retentionDays: 90 } },
      { tags: { team: "books" } },
    ])
      assert.notEqual(intentOf("bookstore", cloud, resolved(change), undefined).digest, first.digest);
  });

  it("is a first attempt in a new stack, and stays so while updates pass", () => {
    assert.deepEqual(
      { attempt: first.attempt, interrupted: first.interrupted, splitRules: first.splitRules },
      { attempt: 0, interrupted: false, splitRules: [] },
    );
    const passed = intentOf(
      "bookstore",
      cloud,
      spec,
      last({}, recordedIntent({ digest: first.digest, attempt: 0 }), vpc),
    );
    assert.equal(passed.attempt, 0);
    assert.ok(!passed.interrupted);
  });

  it("knows of an interrupted update, by an intent in the state that is not in the outputs", () => {
    const interrupted = recordedIntent({ digest: "ffffff", attempt: 0 });
    for (const before of [last(undefined, interrupted, vpc), last({}, interrupted, vpc)]) {
      const intent = intentOf("bookstore", cloud, spec, before);
      assert.equal(intent.attempt, 1);
      assert.ok(intent.interrupted);
      assert.deepEqual(idsBut(intent.resources, new Set()), ["vpc-1"]);
    }
  });

  it("is another attempt after each interruption, and the same one once it has passed", () => {
    const again = last({ attempt: 1 }, recordedIntent({ digest: "ffffff", attempt: 2 }), vpc);
    assert.equal(intentOf("bookstore", cloud, spec, again).attempt, 3);
    const passed = last({ attempt: 3 }, recordedIntent({ digest: first.digest, attempt: 3 }), vpc);
    assert.equal(intentOf("bookstore", cloud, spec, passed).attempt, 3);
  });

  it("names the recorded rules of its own traffic split, and ignores other services of the stack", () => {
    const before = last(
      {},
      recordedIntent({ digest: first.digest, attempt: 0 }),
      recordedIntent({ digest: "ffffff", attempt: 7 }, "other"),
      dynamic("TrafficRule", "bookstore-traffic-split-http", { rule: "arn:1" }),
      dynamic("TrafficRule", "other-traffic-split-http", { rule: "arn:2" }),
      dynamic("HeaderRule", "bookstore-1-4-2-abcdef-header-http", { rule: "arn:3" }),
    );
    const { attempt, splitRules } = intentOf("bookstore", cloud, spec, before);
    assert.equal(attempt, 0);
    assert.deepEqual(splitRules, ["arn:1"]);
  });
});
