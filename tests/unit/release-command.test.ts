/** The command line of `npm run release`, what it prints, and which rollout it ends. */
import assert from "node:assert/strict";
import { UsageError } from "../../plan/failure";
import { readArguments } from "../../release/arguments";
import { endRollout } from "../../release/end";
import { jsonOf, textOf } from "../../release/render";
import { watchSplit } from "../../release/watch";
import { type LiveShare, hasEnded, rolledOut, rowsOf } from "../../release/split";

const share = (release: string, weight: number): LiveShare => ({
  ...{ targetGroup: `group of ${release}`, release, weight },
  ...{ healthy: 2, others: release === "new" ? 1 : 0 },
});
const deployed = { releases: [{ id: "old", version: "1.0.0", image: "image", weight: 100 }] };
const passing = { passedAt: "2026-11-26T10:00:00Z", revision: "0123456789abcdef" };
const ledger = {
  entries: [
    { id: "old", version: "1.0.0", image: "image", ...passing },
    { id: "older", version: "0.9.0", image: "image", ...passing, revision: null },
  ],
};
const during = [share("new", 5), share("old", 95)];

describe("release: the command line", () => {
  it("has an action, and defaults", () => {
    assert.deepEqual(readArguments(["status"]), {
      ...{ action: "status", stack: "dev", configFile: undefined, json: false, up: false, yes: false },
    });
    assert.deepEqual(readArguments(["abort", "--stack", "acme/shop/prod", "--json"])?.stack, "acme/shop/prod");
    for (const help of [[], ["--help"], ["promote", "-h"]]) assert.equal(readArguments(help), undefined);
  });

  it("has the release to go back to, and shares", () => {
    assert.equal(readArguments(["back"])?.release, undefined);
    assert.equal(readArguments(["back", "1.4.2", "--up", "--yes"])?.release, "1.4.2");
    assert.deepEqual(
      readArguments(["weights", "1.4.2=90", "1-5-0-9f3ab1=10"])?.shares,
      new Map([
        ["1.4.2", 90],
        ["1-5-0-9f3ab1", 10],
      ]),
    );
  });

  it("refuses what it cannot do", () => {
    const refused = (args: string[], message: RegExp) => {
      assert.throws(
        () => readArguments(args),
        (error: unknown) => error instanceof UsageError && message.test(error.message),
      );
    };
    refused(["stop"], /must be one of status, watch, abort, promote, back, weights, renew, got "stop"/);
    refused(["--stack", "prod"], /must be one of/);
    refused(["abort", "promote"], /promote/);
    refused(["abort", "--nothing"], /--nothing/);
    refused(["status", "--stack", "a b"], /--stack must be/);
    refused(["back", "1.4.2", "1.4.1"], /one release, got 1\.4\.2 1\.4\.1/);
    refused(["weights"], /got none/);
    refused(["weights", "1.4.2=101", "1.4.1"], /got 1\.4\.2=101 1\.4\.1/);
    refused(["weights", "1.4.2=1", "1.4.2=2"], /has 1\.4\.2 twice/);
    refused(["status", "--up"], /--up is for back, weights, renew/);
    refused(["renew", "1.4.2"], /1\.4\.2/);
    refused(["back", "--yes"], /--yes is for --up/);
    refused(["watch", "--json"], /no --json/);
  });
});

describe("release: the releases of a stack", () => {
  const file = [
    { id: "new", version: "1.1.0", weight: 100 },
    { id: "next", version: "1.2.0", weight: 0 },
  ];
  const releases = rowsOf(during, deployed, ledger, file);

  it("are those of the rule, of the stack file, of the outputs and of the ledger, each once", () => {
    assert.deepEqual(
      releases.map(({ id, version, weight, recorded, written }) => ({ id, version, weight, recorded, written })),
      [
        { id: "new", version: "1.1.0", weight: 5, recorded: null, written: 100 },
        { id: "old", version: "1.0.0", weight: 95, recorded: 100, written: null },
        { id: "next", version: "1.2.0", weight: null, recorded: null, written: 0 },
        { id: "older", version: "0.9.0", weight: null, recorded: null, written: null },
      ],
    );
  });

  it("are a table, or JSON with a schema", () => {
    const report = { stack: "dev", service: "shop", releases, fileProblem: null, alarms: [] };
    assert.equal(
      textOf(report, 120),
      [
        "shop (stack dev)",
        "",
        "  release  version  traffic  recorded  stack file  instances         first traffic",
        "  new      1.1.0    5 %      –         100 %       2 healthy, 1 not  not recorded",
        "  old      1.0.0    95 %     100 %     –           2 healthy         2026-11-26T10:00:00Z (0123456789ab)",
        "  next     1.2.0    –        –         0 %         –                 not recorded",
        "  older    0.9.0    –        –         –           –                 2026-11-26T10:00:00Z",
        "",
      ].join("\n"),
    );
    const alarms = [
      { name: "on-call", state: "firing" },
      { name: "orders", state: "missing" },
    ] as const;
    assert.match(
      textOf({ ...report, fileProblem: "no stack file", alarms }, 120),
      /\n\nthe stack file describes no release: no stack file\nalarms: on-call firing, orders missing\n$/,
    );
    const unread = { ...report, releases: rowsOf(during, deployed, ledger, []) };
    assert.match(textOf(unread, 120), /\n {2}release {2}version {2}traffic {2}recorded {2}instances /);
    const json = JSON.parse(jsonOf(report)) as { schema: number };
    assert.deepEqual(json, { schema: 1, ...report });
  });
});

describe("release: what is watched", () => {
  const watched = async (...splits: LiveShare[][]) => {
    const lines: string[] = [];
    const read = () => Promise.resolve(splits.shift() ?? assert.fail("it goes on"));
    await watchSplit(
      { read },
      deployed,
      (line) => lines.push(line.slice(10)),
      () => Promise.resolve(),
    );
    assert.deepEqual(splits, []);
    return lines;
  };
  const before = [share("old", 100)];

  it("is each change of the split, until the rollout is taken back", async () => {
    assert.deepEqual(await watched(before, before, during, during, before), [
      "old 100 % (2 healthy)",
      "new 5 % (2 healthy, 1 not), old 95 % (2 healthy)",
      "old 100 % (2 healthy)",
    ]);
  });

  it("ends once the new release has all its traffic", async () => {
    assert.equal((await watched(during, [share("new", 100), share("old", 0)])).length, 2);
  });
});

describe("release: the end of a rollout", () => {
  it("is asked of the releases that get requests and had none", () => {
    assert.deepEqual(
      rolledOut(during, deployed).map(({ release }) => release),
      ["new"],
    );
    assert.deepEqual(rolledOut([share("new", 0), share("old", 100)], deployed), []);
  });

  it("has come once the split is as asked", () => {
    const asked = rolledOut(during, deployed);
    const ended = (end: "abort" | "promote", ...live: LiveShare[]) => hasEnded(end, asked, live, deployed);
    assert.equal(ended("abort", ...during), false);
    assert.equal(ended("abort", share("old", 100)), true);
    assert.equal(ended("promote", ...during), false);
    assert.equal(ended("promote", share("new", 100)), true);
    assert.equal(ended("promote", share("new", 20), share("old", 80)), true);
  });

  it("sets the tag, and waits until the update has obeyed", async () => {
    const tags = new Map<string, string>();
    const read = () => Promise.resolve(tags.size === 0 ? during : [share("old", 100)]);
    const ask = (targetGroup: string, end: string) => {
      tags.set(targetGroup, end);
      return Promise.resolve();
    };
    assert.deepEqual(await endRollout({ read, ask }, "abort", deployed), [share("old", 100)]);
    assert.deepEqual([...tags], [["group of new", "abort"]]);
  });

  it("is refused where no rollout is under way", async () => {
    const split = { read: () => Promise.resolve([share("old", 100)]), ask: () => assert.fail("nobody is to be asked") };
    await assert.rejects(endRollout(split, "promote", deployed), /no rollout is under way/);
  });
});
