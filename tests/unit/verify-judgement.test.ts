/** What `npm run verify` makes of recorded facts. */
import assert from "node:assert/strict";
import { deletingRule } from "../../verify/checks/alicloud/lifecycle-rule";
import { expiringRule } from "../../verify/checks/aws/lifecycle-policy";
import { type Trigger, judgeBounds, judgeTriggers } from "../../verify/checks/bounds";
import { judgeDisruption } from "../../verify/checks/disruption";
import { hasLogged, judgeFiles } from "../../verify/checks/files";
import { judgeImages } from "../../verify/checks/images";
import { judgeMarks } from "../../verify/checks/image-marks";
import { judgeLogs } from "../../verify/checks/logs";
import { judgeAddresses, judgeAdmissions, judgeListeners, judgeStore, portsText } from "../../verify/checks/openings";
import { judgeProduct, judgeRole, wishesOf } from "../../verify/checks/prerequisites";
import { judgeQuotas } from "../../verify/checks/quotas";
import {
  type HeaderFacts,
  judgeAddress,
  judgeKey,
  judgeReach,
  judgeSplit,
  releaseIn,
} from "../../verify/checks/traffic";
import { exitCodeOf, runChecks, type Verdict } from "../../verify/verdict";

const release = (id: string, weight: number) => ({ id, version: "1.0.0", image: "i", weight });
const good = { status: 200, body: "" };

function expectVerdict({ result, saw, remedy }: Verdict, expected: Verdict["result"], text = /./): void {
  assert.equal(result, expected, saw);
  assert.match(saw, text);
  assert.ok(result !== "fail" || remedy, "a failure says what to do");
}

describe("verify: traffic", () => {
  const releases = [release("a", 95), release("b", 5), release("c", 0)];
  const answers = (...ids: (string | undefined)[]) => ids.map((id) => ({ ...good, release: id }));

  it("wants every request answered by a release that has traffic", () => {
    expectVerdict(judgeAddress(releases, good, answers("a", "a", "b")), "pass");
    expectVerdict(
      judgeAddress(releases, good, answers("a", "c")),
      "fail",
      /answered by c, but the outputs name a and b/,
    );
    expectVerdict(judgeAddress(releases, good, answers("a", undefined)), "unseen", /by which release/);
    expectVerdict(judgeAddress(releases, { error: "ECONNREFUSED" }, []), "fail", /ECONNREFUSED/);
    expectVerdict(judgeAddress(releases, good, [...answers("a"), { status: 502 }]), "fail", /502/);
  });

  it("wants each release reached by its key", () => {
    const reached = { release: "a", keyed: { ...good, release: "a" }, wrong: good };
    const rules = { shares: new Map<string, number>(), headers: ["a-k", "c-k"] };
    const judge = (...facts: HeaderFacts[]) => judgeReach({ releaseKey: "k", internal: false }, facts, rules);
    expectVerdict(judge(reached), "pass");
    expectVerdict(judge(reached, { ...reached, release: "c" }), "fail", /c: a/);
    expectVerdict(judge({ ...reached, keyed: good }), "unseen");
    expectVerdict(judge({ ...reached, keyed: { status: 503 } }), "fail", /503/);
  });

  it("wants the rule for the key beside the response: the release with all traffic answers without it", () => {
    const reached = { release: "a", keyed: { ...good, release: "a" }, wrong: good };
    const rules = { shares: new Map<string, number>(), headers: ["a-other"] };
    expectVerdict(judgeReach({ releaseKey: "k", internal: false }, [reached], rules), "fail", /a: no rule for its key/);
  });

  it("wants no release reached without its key", () => {
    const subject = { releases, releaseKey: "k" };
    const shares = new Map<string, number>();
    const idle = { release: "c", keyed: good, wrong: { ...good, release: "a" } };
    expectVerdict(judgeKey(subject, [idle], { shares, headers: ["a-k", "b-k", "c-k"] }), "pass");
    expectVerdict(judgeKey(subject, [idle], { shares, headers: ["a-k", "a-*"] }), "fail", /"a-\*/);
    const leaking = { ...idle, wrong: { ...good, release: "c" } };
    expectVerdict(judgeKey(subject, [leaking], { shares, headers: [] }), "fail", /a wrong key reaches c/);
  });

  it("wants the rule to share as the outputs say", () => {
    const headers: string[] = [];
    expectVerdict(
      judgeSplit(releases, {
        headers,
        shares: new Map([
          ["a", 95],
          ["b", 5],
        ]),
      }),
      "pass",
    );
    expectVerdict(
      judgeSplit(releases, {
        headers,
        shares: new Map([
          ["a", 50],
          ["b", 50],
        ]),
      }),
      "fail",
      /a 50 %/,
    );
    expectVerdict(judgeSplit(releases, { headers, shares: new Map([["x", 100]]) }), "fail", /x 100 %/);
  });

  it("reads a release from JSON, or from a response that is its id", () => {
    assert.equal(releaseIn('{"release":"a"}', []), "a");
    assert.equal(releaseIn("a\n", ["a"]), "a");
    assert.equal(releaseIn("hello", ["a"]), undefined);
  });
});

describe("verify: bounds and triggers", () => {
  const nine = { schedule: "0 9 * * *", timezone: "Asia/Shanghai", min: 4, max: 12 };
  const evening = { schedule: "0 20 * * *", timezone: "Asia/Shanghai", min: 2, max: 6 };
  const noon = new Date("2026-11-26T04:00:00Z");
  const facts = { release: "a", set: [{ min: 3, max: 6 }], schedules: [nine, evening] };

  it("allow the stack file's and those of the last schedule that has passed", () => {
    expectVerdict(judgeBounds([{ ...facts, live: { min: 3, max: 6 } }], noon), "pass");
    expectVerdict(judgeBounds([{ ...facts, live: { min: 4, max: 12 } }], noon), "pass");
    expectVerdict(judgeBounds([{ ...facts, live: { min: 2, max: 6 } }], noon), "fail", /2 to 6, not 3 to 6 or 4 to 12/);
    expectVerdict(judgeBounds([{ ...facts, live: undefined }], noon), "fail", /no group/);
  });

  it("want each trigger as the state has it, and no other", () => {
    const cpu = { name: "cpu", does: "cpu at 60" };
    const judge = (wanted: Trigger[], live: Trigger[], ...suspended: string[]) =>
      judgeTriggers([{ release: "a", wanted, live, suspended }]);
    expectVerdict(judge([cpu], [cpu]), "pass");
    expectVerdict(judge([cpu], []), "fail", /missing/);
    expectVerdict(judge([cpu], [{ ...cpu, does: "cpu at 90" }]), "fail", /at 90/);
    expectVerdict(judge([], [cpu]), "fail", /not the stack's/);
    expectVerdict(judge([cpu], [cpu], "Launch"), "fail", /a: suspended: Launch/);
  });
});

describe("verify: openings", () => {
  it("are those that the stack has", () => {
    const balancer = { from: "sg-1", ports: "8080" };
    expectVerdict(judgeAdmissions([balancer], [balancer]), "pass");
    expectVerdict(
      judgeAdmissions([balancer], [balancer, { from: "0.0.0.0/0", ports: "22" }]),
      "fail",
      /0\.0\.0\.0\/0 on 22/,
    );
    expectVerdict(judgeAdmissions([balancer], []), "fail", /no longer/);
    expectVerdict(judgeListeners(["HTTP 80"], ["HTTP 80", "HTTP 8080"]), "fail", /also HTTP 8080/);
    expectVerdict(judgeListeners(["HTTP 80"], ["HTTP 80"]), "pass");
    expectVerdict(
      judgeStore("b", { BlockPublicAcls: true, RestrictPublicBuckets: false }),
      "fail",
      /RestrictPublicBuckets/,
    );
    expectVerdict(judgeAddresses(2, []), "pass");
    expectVerdict(judgeAddresses(2, ["203.0.113.7"]), "fail");
    assert.deepEqual([portsText(80, 80), portsText(80, 90), portsText(-1, -1)], ["80", "80-90", "all"]);
  });
});

describe("verify: images", () => {
  const day = (days: number) => new Date(Date.UTC(2026, 10, 26) - days * 86_400_000);
  const now = day(0);
  const images = [0, 10, 20].map((days) => ({ digest: `d${days}`, tags: [`r${days}`], pushed: day(days) }));
  const policy = (...rules: object[]) =>
    JSON.stringify({
      rules: rules.map((selection, at) => ({ rulePriority: at + 1, selection, action: { type: "expire" } })),
    });
  const expiring = (text: string, digest: string) => expiringRule(text, images, digest, now);

  it("in ECR are deleted by number with the next one, and by age within a day", () => {
    const count = policy({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 2 });
    assert.deepEqual([expiring(count, "d0"), expiring(count, "d10")], [undefined, "rule 1"]);
    const age = policy({ tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 20 });
    assert.deepEqual([expiring(age, "d10"), expiring(age, "d20")], [undefined, "rule 1"]);
  });

  it("in ECR are safe where a rule of higher priority selects them", () => {
    const keep = { tagStatus: "tagged", tagPatternList: ["r2*"], countType: "imageCountMoreThan", countNumber: 1000 };
    const all = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 };
    assert.equal(expiring(policy(keep, all), "d20"), undefined);
    assert.equal(expiring(policy(all, keep), "d20"), "rule 1");
    const others = { ...all, tagStatus: "tagged", tagPrefixList: ["base-"] };
    assert.equal(expiring(policy(others), "d20"), undefined);
  });

  it("in Container Registry are deleted with the next tag, unless the rule keeps their tag", () => {
    const tags = images.map(({ digest, tags: [Tag = ""], pushed }) => ({
      Tag,
      Digest: digest,
      ImageUpdate: String(+pushed),
    }));
    const place = { namespace: "team", name: "app" };
    const rule = { Auto: true, Scope: "REPO", NamespaceName: "team", RepoName: "app", RetentionTagCount: 2 };
    assert.equal(deletingRule([rule], tags, { ...place, digest: "d0" }), undefined);
    assert.equal(deletingRule([rule], tags, { ...place, digest: "d10" }), rule);
    assert.equal(deletingRule([{ ...rule, TagRegexp: "^r10$" }], tags, { ...place, digest: "d10" }), undefined);
    assert.equal(deletingRule([{ ...rule, Auto: false }], tags, { ...place, digest: "d10" }), undefined);
    assert.equal(deletingRule([{ ...rule, RepoName: "other" }], tags, { ...place, digest: "d10" }), undefined);
  });

  it("in use have the mark of their release", () => {
    const mark = { image: "i", tag: "live-prod.1-0-0-abc", marked: true };
    expectVerdict(judgeMarks([mark]), "pass");
    expectVerdict(judgeMarks([mark, { ...mark, marked: false }]), "fail", /i has no tag live-prod/);
  });

  it("must exist and stay", () => {
    const facts = { release: "a", image: "i", exists: true };
    expectVerdict(judgeImages([facts]), "pass");
    expectVerdict(judgeImages([{ ...facts, exists: false }]), "fail", /no i/);
    expectVerdict(judgeImages([{ ...facts, deletedBy: "rule 1" }]), "fail", /rule 1/);
    expectVerdict(judgeImages([{ ...facts, exists: undefined, unseen: "another registry" }]), "unseen", /another/);
  });
});

describe("verify: the rest", () => {
  it("judges logs, files, quotas and the loss of an instance", () => {
    const logs = { place: "p", lines: 1, logged: true };
    expectVerdict(judgeLogs(logs), "pass");
    expectVerdict(judgeLogs({ ...logs, lines: 0 }), "fail", /has just written/);
    expectVerdict(judgeLogs({ ...logs, lines: 0, logged: false }), "unseen", /may log no requests/);
    expectVerdict(judgeLogs({ ...logs, lines: undefined, logged: false }), "fail", /has no p/);
    expectVerdict(judgeLogs({ ...logs, logged: false }), "pass");
    assert.deepEqual(
      ['{"logged":true}', '{"logged":"yes"}', "true", "hello"].map((body) => hasLogged({ status: 200, body })),
      [true, false, false, false],
    );
    assert.equal(hasLogged({ status: 502, body: '{"logged":true}' }), true);
    assert.equal(hasLogged(undefined), false);
    const written = { status: 200, body: '{"written":["bucket"]}' };
    expectVerdict(judgeFiles(written, ["bucket"]), "pass");
    expectVerdict(judgeFiles(written, ["bucket", "share"]), "unseen", /not written to: share/);
    expectVerdict(judgeFiles({ status: 200, body: "hello" }, ["bucket"]), "unseen");
    expectVerdict(judgeFiles({ status: 404 }, ["bucket"]), "unseen");
    expectVerdict(judgeFiles({ status: 502, body: "AccessDenied" }, ["bucket"]), "fail", /AccessDenied/);
    const quota = { name: "q", limit: 10, used: 8, needs: 2, raise: "ask" };
    expectVerdict(judgeQuotas([quota]), "pass");
    expectVerdict(judgeQuotas([{ ...quota, needs: 3 }]), "fail", /8 of 10/);
    expectVerdict(judgeQuotas([{ ...quota, used: undefined }]), "unseen");
    expectVerdict(judgeQuotas([]), "unseen");
    const lost = { killed: "i-1", sent: 1000, failed: 3, replacedAfter: 40 };
    expectVerdict(judgeDisruption(lost), "pass", /3 of 1000/);
    expectVerdict(judgeDisruption({ ...lost, failed: 51 }), "fail");
    expectVerdict(judgeDisruption({ ...lost, replacedAfter: undefined }), "fail", /not replaced/);
  });

  it("judges what an account must have", () => {
    expectVerdict(judgeRole(true, "r", "c"), "pass");
    assert.match(judgeRole(false, "r", "c").remedy ?? "", /run: c/);
    const error = (code: string) => Object.assign(new Error(`${code}: no`), { code });
    expectVerdict(judgeProduct("OSS", undefined, "open"), "pass");
    for (const code of ["UserDisable", "Forbidden.NotActivated", "SERVICE_NOT_OPEN", "AccessKeyId x is inactive"])
      expectVerdict(judgeProduct("OSS", error(code), "open"), "fail", /not activated/);
    expectVerdict(judgeProduct("OSS", error("NoPermission"), "open"), "unseen");
  });

  it("reads what a stack asks of its account", () => {
    const service = JSON.stringify({
      compute: "vm",
      network: { egress: "nat" },
      files: { share: {} },
      instances: { min: 3 },
    });
    const wishes = wishesOf({
      "immutable-service:cloud": "alicloud",
      "alicloud:region": "r",
      "immutable-service:service": service,
    });
    assert.deepEqual(
      [wishes.compute, wishes.gateways, wishes.share, wishes.secrets, wishes.instances],
      ["vm", 1, true, false, 3],
    );
    assert.throws(() => wishesOf({ "immutable-service:cloud": "aws" }), /no aws:region/);
    const cpus = (compute: string, cpu: number) =>
      wishesOf({ "aws:region": "r", "immutable-service:service": JSON.stringify({ compute, size: { cpu } }) }).cpu;
    assert.deepEqual([cpus("vm", 0.5), cpus("vm", 4), cpus("container", 0.5)], [2, 4, 0.5]);
  });

  it("counts a check that fails or is late as not seen, and has the exit code of the worst", async () => {
    const rows = await runChecks(
      [
        { name: "denied", run: () => Promise.reject(Object.assign(new Error("no"), { name: "AccessDenied" })) },
        { name: "late", run: () => new Promise(() => undefined) },
        { name: "good", run: () => Promise.resolve({ result: "pass", saw: "it" }) },
      ],
      0.05,
    );
    assert.deepEqual(
      rows.map(({ check, result, saw }) => [check, result, saw]),
      [
        ["denied", "unseen", "AccessDenied: no"],
        ["late", "unseen", "no answer within 0.05 s"],
        ["good", "pass", "it"],
      ],
    );
    const code = (...results: Verdict["result"][]) =>
      exitCodeOf(results.map((result) => ({ check: "c", result, saw: "" })));
    assert.deepEqual([code("pass"), code("pass", "unseen"), code("unseen", "fail"), code()], [0, 3, 1, 3]);
  });
});
