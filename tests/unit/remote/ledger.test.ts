/** The dynamic resource that records the ledger of releases. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, update } from "../../../components/ledger.remote";

const release = (id: string) => ({ id, version: id, image: `image-${id}`, shape: { of: id } });
const inputs = (...ids: string[]) => ({ releases: ids.map(release), liveValues: {}, serving: ids });

describe("the ledger's resource", () => {
  it("enters what the traffic split has read back, and keeps what it has recorded", async () => {
    const { outs } = await create(inputs("a"));
    const [first] = outs.entries;
    assert.match(first?.revision ?? "", /^[0-9a-f]{40}$/);
    assert.ok(Math.abs(Date.parse(first?.passedAt ?? "") - Date.now()) < 60_000);
    const next = await update("releases", outs, inputs("b"));
    assert.deepEqual(next.outs.entries.slice(1), [first]);
  });

  it("enters nothing that has no traffic in the split, as in an update with --exclude", async () => {
    const left = { ...inputs("a", "b"), serving: ["a"] };
    await assert.rejects(create(left), /^Error: b did not enter the ledger.*Run the update without --exclude/);
  });

  it("does not begin again where the recorded ledger cannot be read", async () => {
    const { outs } = await create(inputs("a"));
    for (const bad of [{ ...outs, format: 2 as never }, { ...outs, entries: "x" as never }, { releases: [] }])
      await assert.rejects(update("releases", bad, inputs("b")), /the ledger of releases/);
  });

  it("has no revision outside Git, whatever the environment says", async () => {
    const [started, folder] = [process.cwd(), realpathSync(mkdtempSync(join(tmpdir(), "ledger-")))];
    const gitDir = execFileSync("git", ["rev-parse", "--absolute-git-dir"], { encoding: "utf8" }).trim();
    try {
      process.chdir(folder);
      process.env.GIT_DIR = gitDir;
      assert.equal((await create(inputs("a"))).outs.entries[0]?.revision, null);
    } finally {
      delete process.env.GIT_DIR;
      process.chdir(started);
      rmSync(folder, { recursive: true });
    }
  });
});
