/** A freeze on one cloud: what it refuses, what it lets pass, and what the ledger keeps of that. */
import assert from "node:assert/strict";
import type { Ledger } from "../../../components/ledger-entries";
import { changed, noComplaints } from "./checks";
import { changes, plannedChanges, type EngineEvents } from "./engine-events";
import type { ServiceStack } from "./world";

/** A cloud with a stack at version 1.0.0, and no update yet. */
export interface FreezeCloud {
  readonly stack: ServiceStack;
  /** The traffic split, by release id. */
  split(): Record<string, number> | Promise<Record<string, number>>;
}

const hour = 3_600_000;
const inHours = (hours: number) => `${new Date(Date.now() + hours * hour).toISOString().slice(0, 16)}Z`;

/** A freeze that is in force, and for hours. */
export const freezeNow = () => [
  { from: inHours(-1), to: inHours(12), timezone: "Asia/Shanghai", reason: "the sale of the year" },
];

/** Declares the tests in the calling suite. */
export function freezeTests(cloud: () => FreezeCloud): void {
  const freeze = freezeNow();
  const split = async () =>
    Object.entries(await cloud().split()).map(([id, weight]) => `${id.replace(/-\w{6}$/, "")} ${weight}`);
  /** Without the secrets, which each run encrypts anew. */
  const resources = async () =>
    JSON.stringify((await cloud().stack.run.exportState()).deployment.resources).replace(/"ciphertext":"[^"]*"/g, "");
  const entries = async () => ((await cloud().stack.run.outputs()).releases as Ledger).entries;
  const unchanged = async () => {
    const preview = await cloud().stack.preview();
    noComplaints(preview);
    assert.deepEqual(changed(plannedChanges(preview)), []);
  };
  const said = ({ diagnostics }: EngineEvents) =>
    diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : [])).join("\n");

  it("refuses a new release in a preview and an update, with nothing registered", async () => {
    const { stack } = cloud();
    await stack.up();
    const before = { resources: await resources(), split: await split() };
    stack.set({ freeze, version: "1.1.0" });
    for (const run of [await stack.run.preview({ expectFailure: true }), await stack.run.up({ expectFailure: true })]) {
      assert.match(said(run), /version: the release 1-1-0-\w{6} has had no traffic, and none may be brought: /);
      assert.match(said(run), /frozen until 20\d\d-\d\d-\d\d \d\d:\d\d Asia\/Shanghai \(the sale of the year\); /);
      assert.match(
        said(run),
        /; go back to a release of the ledger \(1-0-0-\w{6}\), or, .* freezeOverride: \{ version: /,
      );
      assert.deepEqual(changed([...plannedChanges(run), ...changes(run)]), []);
    }
    assert.deepEqual({ resources: await resources(), split: await split() }, before);
  });

  it("lets an override pass, which the ledger keeps after the stack file has lost it", async () => {
    const { stack } = cloud();
    const reason = "a security fix";
    await stack.up({ version: "1.1.0", freezeOverride: { version: "1.1.0", reason } });
    assert.deepEqual((await split()).filter((one) => one.startsWith("1-1-0")).length, 1);
    const recorded = await entries();
    assert.deepEqual(
      recorded.map(({ version, override }) => [version, override?.reason]),
      [
        ["1.1.0", reason],
        ["1.0.0", undefined],
      ],
    );
    await unchanged();
    stack.set({ freezeOverride: undefined });
    await unchanged();
    assert.deepEqual(await entries(), recorded);
  });

  it("lets a release of the ledger come back, together with a change without a release", async () => {
    await cloud().stack.up({ version: "1.0.0", tags: { team: "books" } });
    assert.deepEqual((await split()).filter((one) => !one.endsWith(" 0")).length, 1);
    assert.deepEqual(
      (await entries()).map(({ version, override }) => [version, override?.reason]),
      [
        ["1.0.0", undefined],
        ["1.1.0", "a security fix"],
      ],
    );
    await unchanged();
  });
}
