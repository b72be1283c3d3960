/** The code of each kind of problem, which scripts compare: docs/problems.md. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderProblems, writtenProblems } from "../../docs/problems";
import { refuseFrozen } from "../../components/freezes";
import { type ProblemCode, problemCodes } from "../../components/stack-file/problem-codes";
import { SettingsError } from "../../components/stack-file/problems";
import { refusals } from "../../components/stack-file/refusals";
import program from "../../index";
import { asFailure } from "../../plan/failure";
import { readStackFile } from "../../plan/offline/stack-file";
import { parseYaml } from "../../plan/offline/yaml-file";
import { run } from "../support/monitor";
import { resolved } from "../support/service";
import { asEngineConfig } from "../support/stack-file";
import { good } from "./base";

interface Case {
  readonly base?: keyof typeof good;
  readonly service?: Readonly<Record<string, unknown>>;
  /** Keys written over the stack's own; null leaves the key out. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly secretKeys?: readonly string[];
  readonly path: string;
}

const digest = `sha256:${"4bcff639".repeat(8)}`;
const release = { version: "1.4.1", image: `registry.example.com/bookstore@${digest}`, weight: 10 };
const schedule = { schedule: "0 8 * * *", min: 2, max: 4 };
const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-a1b2c3";
const subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];
const vpc = { vpcId: "vpc-0123456789abcdef0", privateSubnetIds: subnets };

/** A stack file with the problem and its place; for a problem that no program finds, how it arises. */
const cases: Readonly<Record<ProblemCode, Case | (() => readonly { code: string }[])>> = {
  missing: { service: { tls: {} }, path: "tls.certificate" },
  empty: { service: { files: null }, path: "files" },
  "wrong-type": { service: { logs: 30 }, path: "logs" },
  "out-of-range": { service: { port: 0 }, path: "port" },
  "wrong-length": { service: { command: [] }, path: "command" },
  "too-long": { service: { environment: { TEXT: "x".repeat(40_000) } }, path: "environment" },
  "invalid-format": { service: { name: "Books" }, path: "name" },
  "unknown-value": { service: { compute: "k8s" }, path: "compute" },
  "not-quoted": { service: { environment: { A: 1 } }, path: "environment.A" },
  "unknown-field": { service: { replicas: 2 }, path: "replicas" },
  "not-together": { service: { network: { ...vpc, cidr: "10.0.0.0/16" } }, path: "network.cidr" },
  "listed-twice": { service: { network: { zones: ["us-east-1a", "us-east-1a"] } }, path: "network.zones[1]" },

  "unknown-key": { settings: { "immutable-service:wobble": 1 }, path: "immutable-service:wobble" },
  "misplaced-key": { settings: { "immutable-service:version": "1" }, path: "immutable-service:version" },
  "unsupported-key": { settings: { "aws:httpProxy": "http://proxy.example.com" }, path: "aws:httpProxy" },
  "wrong-namespace": {
    settings: { "orders:cloud": "aws", "immutable-service:cloud": null },
    path: "orders:cloud",
  },
  "unknown-region": { settings: { "aws:region": "eu-central1" }, path: "aws:region" },
  "encrypted-value": { secretKeys: ["immutable-service:service"], path: "immutable-service:service" },

  "max-below-min": { service: { instances: { min: 4, max: 2 } }, path: "instances.max" },
  "start-out-of-bounds": { service: { instances: { min: 4, max: 6, start: 2 } }, path: "instances.start" },
  "invalid-schedule": { service: { scaling: [{ ...schedule, schedule: "@daily" }] }, path: "scaling[0].schedule" },
  "unsupported-schedule": {
    service: { scaling: [{ ...schedule, schedule: "0 8 1 * MON" }] },
    path: "scaling[0].schedule",
  },
  "invalid-timezone": { service: { scaling: [{ ...schedule, timezone: "CST" }] }, path: "scaling[0].timezone" },
  "repeated-schedule": { service: { scaling: [schedule, schedule] }, path: "scaling[1].schedule" },
  "repeated-metric": {
    service: {
      instances: { max: 4 },
      scaling: [
        { metric: "cpu", target: 60 },
        { metric: "cpu", target: 60 },
      ],
    },
    path: "scaling[1].metric",
  },
  "no-effect": { service: { scaling: [{ metric: "cpu", target: 60 }] }, path: "scaling[0]" },

  "image-by-tag": { service: { image: "bookstore:1.4.2" }, path: "image" },
  "image-by-latest": { service: { image: "registry.example.com:5000/bookstore" }, path: "image" },
  "image-short-digest": { service: { image: "bookstore@sha256:4bcff639" }, path: "image" },
  "image-of-other-compute": { service: { image: "ami-0123456789abcdef0" }, path: "image" },
  "invalid-image-name": { service: { image: `https://registry.example.com/a@${digest}` }, path: "image" },
  "image-out-of-reach": { service: { network: { egress: "endpoints" } }, path: "image" },
  "missing-file": {
    service: { image: { build: { from: `debian@${digest}`, artifact: "nothing.war" } } },
    path: "image.build.artifact",
  },

  "health-timeout": { service: { health: { timeout: 5 } }, path: "health.timeout" },
  "health-thresholds": { service: { health: { unhealthyAfter: 5 } }, path: "health.unhealthyAfter" },
  "health-start": { service: { health: { healthyAfter: 40, startWithin: 30 } }, path: "health.startWithin" },
  "rollout-too-short": { service: { rollout: { pause: 40 } }, path: "rollout.pause" },
  "rollout-steps": { service: { rollout: { steps: [50, 50] } }, path: "rollout.steps[1]" },
  "rollout-unwatched": {
    service: { gate: { from: "none" }, rollout: { watch: { errors: 100 } } },
    path: "rollout.watch",
  },
  "hold-without-keep": { service: { previous: { holdFor: 600 } }, path: "previous.holdFor" },
  "freeze-order": {
    service: { freeze: [{ from: "2026-12-26", to: "2026-12-24", reason: "holidays" }] },
    path: "freeze[0].to",
  },
  "freeze-endless": {
    service: { freeze: [{ schedule: "0 0 * * *", hours: 24, reason: "never" }] },
    path: "freeze[0].hours",
  },
  "stale-override": {
    service: { freezeOverride: { version: "1.4.1", reason: "a fix" } },
    path: "freezeOverride.version",
  },
  "gate-too-short": { service: { gate: { answers: 30, within: 30 } }, path: "gate.within" },
  "weights-over-100": {
    service: {
      releases: [
        { ...release, weight: 90 },
        { ...release, version: "1.4.0", weight: 20 },
      ],
    },
    path: "releases",
  },
  "same-release": { service: { releases: [{ ...release, version: "1.4.2" }] }, path: "releases[0]" },

  "invalid-variable-name": { service: { environment: { "my-var": "a" } }, path: "environment.my-var" },
  "reserved-variable": { service: { environment: { PORT: "8080" } }, path: "environment.PORT" },
  "repeated-variable": { service: { environment: { A: "a" }, secrets: { A: secret } }, path: "secrets.A" },
  "invalid-reference": { service: { network: { ...vpc, vpcId: "my-vpc" } }, path: "network.vpcId" },
  "invalid-secret-reference": { service: { secrets: { A: "swordfish" } }, path: "secrets.A" },
  "invalid-permission": {
    service: { permissions: [{ actions: ["send"], resources: ["*"] }] },
    path: "permissions[0].actions[0]",
  },
  "permission-too-broad": {
    service: { permissions: [{ actions: ["sqs:*"], resources: ["*"] }] },
    path: "permissions[0].actions[0]",
  },
  "secret-field": { base: "vm", service: { secrets: { A: `${secret}:password::` } }, path: "secrets.A" },
  "reserved-name": { service: { name: "internal" }, path: "name" },
  "invalid-tag": { service: { tags: { owner: "a,b" } }, path: "tags.owner" },
  "reserved-tag": { service: { tags: { "aws:owner": "a" } }, path: "tags.aws:owner" },
  "path-in-use": { service: { files: { share: { path: "/usr" } } }, path: "files.share.path" },

  "invalid-range": { service: { network: { cidr: "8.8.0.0/16" } }, path: "network.cidr" },
  "shared-subnet": { service: { network: { ...vpc, publicSubnetIds: subnets } }, path: "network.publicSubnetIds[0]" },
  "unknown-zone": { service: { network: { zones: ["us-east-1a", "us-east-2a"] } }, path: "network.zones[1]" },
  "unsupported-zone": {
    base: "alicloud vm",
    settings: { "alicloud:region": "cn-hongkong" },
    service: { network: { zones: ["cn-hongkong-b", "cn-hongkong-d"] } },
    path: "network.zones[1]",
  },
  "too-few-zones": {
    settings: { "aws:region": "us-west-1" },
    service: { network: { zones: 3 } },
    path: "network.zones",
  },
  "mixed-zones": { service: { network: { zones: ["us-east-1a", "use1-az2"] } }, path: "network.zones" },

  "no-such-size": { service: { size: { cpu: 3, memoryGiB: 8 } }, path: "size" },
  "no-such-retention": { service: { logs: { retentionDays: 45 } }, path: "logs.retentionDays" },
  "not-supported": { base: "vm", service: { command: ["run"] }, path: "command" },

  "read-differently": () => {
    const folder = mkdtempSync(join(tmpdir(), "codes-"));
    try {
      writeFileSync(join(folder, "Pulumi.yaml"), "name: books\nruntime: nodejs\n");
      writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  a:b: 0123\n");
      return readStackFile(folder, "dev").problems;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  "invalid-yaml": () => problemsOf(() => parseYaml("config: {a: b: c}", "Pulumi.dev.yaml", "config")),
  "refused-change": () => {
    const before = { name: "books", cloud: "aws", region: "us-east-1", internal: false } as const;
    const network = { cidr: "10.0.0.0/16" };
    return refusals({ ...before, network }, { ...before, network, name: "shop" });
  },
  frozen: () => {
    const freeze = [{ from: "2026-12-24", to: "2026-12-26", reason: "holidays" }];
    const spec = resolved({ freeze });
    const [{ id }] = spec.releases;
    const last = { deployed: undefined, resources: [] };
    const inside = Date.parse("2026-12-25T00:00:00Z");
    return problemsOf(() => refuseFrozen(spec, { entering: [id], underWay: [] }, last, inside));
  },
  failed: () => problemsOf(() => assert.fail("the program failed")),
};

function problemsOf(failing: () => unknown): readonly { code: string }[] {
  try {
    failing();
  } catch (error) {
    return asFailure(error).problems;
  }
  return [];
}

describe("the code of a problem", () => {
  for (const [code, how] of Object.entries(cases))
    it(`is ${code}`, async () => {
      if (typeof how === "function") {
        assert.deepEqual(
          how().map((problem) => problem.code),
          [code],
        );
        return;
      }
      const { base = "container", service = {}, settings = {}, secretKeys = [], path } = how;
      const config: Record<string, unknown> = {
        ...good[base],
        "immutable-service:service": { ...(good[base]["immutable-service:service"] as object), ...service },
        ...settings,
      };
      const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
      const { error } = await run(program, { config: asEngineConfig(given), secretKeys });
      assert.ok(error instanceof SettingsError, error?.stack ?? "no problem");
      assert.ok(
        error.problems.some((problem) => problem.code === code && problem.path === path),
        JSON.stringify(error.problems, undefined, 2),
      );
    });

  it("is listed in docs/problems.md, in kebab case and with a sentence", () => {
    assert.equal(writtenProblems(), renderProblems(), "docs/problems.md is stale; run npm run docs");
    for (const [code, meaning] of Object.entries(problemCodes)) {
      assert.match(code, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.match(meaning, /^[A-Z].*\.$/);
    }
  });
});
