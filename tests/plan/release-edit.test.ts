/** The edits of a stack file by `npm run release`: which releases it describes after them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LedgerEntry } from "../../components/ledger-entries";
import { PlanFailure } from "../../plan/failure";
import { backEdit } from "../../release/edit/back";
import { renewEdit } from "../../release/edit/renew";
import { releasesIn } from "../../release/edit/stack-file";
import { weightsEdit } from "../../release/edit/weights";
import { write } from "../../release/edit/written";
import { committedProject, stackFile } from "./project";

describe("an edit of which releases serve", () => {
  const prepared = committedProject();
  const place = () => ({ root: prepared.project.folder, stack: "dev", configFile: undefined });
  const read = () => readFileSync(join(prepared.project.folder, "Pulumi.dev.yaml"), "utf8");
  const put = (text: string) => {
    prepared.project.write("Pulumi.dev.yaml", text);
  };
  const image = (digit: string) => `registry.example.com/bookstore@sha256:${digit.repeat(64)}`;
  const refused = (edit: Promise<unknown>, message: RegExp) =>
    assert.rejects(edit, (error: unknown) => error instanceof PlanFailure && message.test(error.message));

  let entry: LedgerEntry;
  const next = stackFile
    .replace("version: 1.4.2", "version: 1.5.0 # a new search")
    .replace(image("a"), image("b"))
    .replace(
      "    environment: {CATALOGUE: spring}\n",
      "    # The app's settings.\n    environment: {CATALOGUE: summer, SEARCH: fast}\n",
    )
    .replace("{min: 2, max: 6}", "{min: 3, max: 6}");

  before(async () => {
    put(stackFile);
    const [release] = await releasesIn(place());
    assert.ok(release);
    entry = {
      ...{ id: release.id, version: "1.4.2", image: image("a") },
      ...{ passedAt: "2026-11-26T10:00:00Z", revision: prepared.commit },
    };
  });
  beforeEach(() => {
    put(next);
  });

  it("brings back what shaped the release before, and nothing else", async () => {
    const edit = await backEdit(place(), undefined, { entries: [entry] }, ["1-5-0-aaaaaa"]);
    assert.equal(edit.purpose, "back to 1.4.2");
    const diff = await write(place(), edit);
    assert.deepEqual(
      diff.split("\n").filter((line) => /^[+-]/.test(line)),
      [
        "--- a/Pulumi.dev.yaml",
        "+++ b/Pulumi.dev.yaml",
        "-    version: 1.5.0 # a new search",
        "+    version: 1.4.2 # a new search",
        `-    image: ${image("b")}`,
        `+    image: ${image("a")}`,
        "-    environment: {CATALOGUE: summer, SEARCH: fast}",
        "+    environment: {CATALOGUE: spring}",
      ],
    );
    const [release] = await releasesIn(place());
    assert.equal(release?.id, entry.id);
    assert.equal(release.instances.min, 3);
    await refused(backEdit(place(), "1.4.2", { entries: [entry] }, []), /describes 1-4-2-\w{6} already/);
  });

  it("needs no commit where only version and image differ", async () => {
    put(stackFile.replace("version: 1.4.2", "version: 1.5.0").replace(image("a"), image("b")));
    const { after } = await backEdit(place(), entry.id, { entries: [{ ...entry, revision: null }] }, []);
    assert.equal(after, stackFile);
  });

  it("is refused where the result would be another release", async () => {
    const entries = [{ ...entry, id: "1-4-2-ffffff" }];
    await refused(
      backEdit(place(), undefined, { entries }, []),
      new RegExp(
        `cannot bring back 1-4-2-ffffff: .* would describe ${entry.id} or 1-4-2-\\w{6}, .*commit ${prepared.commit} deployed it`,
      ),
    );
    assert.equal(read(), next);
  });

  it("is refused for a release that the ledger does not have", async () => {
    await refused(
      backEdit(place(), "1.3.0", { entries: [entry] }, []),
      /no release 1\.3\.0; it has 1-4-2-\w{6} \(1\.4\.2\)/,
    );
    await refused(
      backEdit(place(), undefined, { entries: [entry] }, [entry.id]),
      /no release before the one that serves/,
    );
    const another = { ...entry, id: "1-4-2-eeeeee" };
    await refused(
      backEdit(place(), "1.4.2", { entries: [entry, another] }, []),
      /several releases have version 1\.4\.2/,
    );
  });

  it("renews the release of a version, again and again", async () => {
    put(stackFile);
    const first = await renewEdit(place(), new Date("2026-11-28T05:06:07.890Z"));
    assert.equal(first.purpose, "renew 1.4.2");
    const diff = await write(place(), first);
    assert.deepEqual(
      diff.split("\n").filter((line) => /^[+-] /.test(line)),
      ['+    renewedAt: "2026-11-28T05:06:07Z"'],
    );
    const [renewed] = await releasesIn(place());
    assert.equal(renewed?.version, "1.4.2");
    assert.notEqual(renewed.id, entry.id);
    await refused(renewEdit(place(), new Date("2026-11-28T05:06:07Z")), /describes 1-4-2-\w{6} with .* already/);
    await write(place(), await renewEdit(place(), new Date("2026-11-29T05:06:07Z")));
    const [again] = await releasesIn(place());
    assert.ok(again && ![entry.id, renewed.id].includes(again.id));
    // What shaped the release before had no such time.
    const { after } = await backEdit(place(), "1.4.2", { entries: [entry] }, [again.id]);
    assert.equal(after, stackFile);
  });

  describe("with a further release", () => {
    const both = `${stackFile}    releases:\n      - version: 1.4.1 # the one before\n        image: ${image("b")}\n        weight: 10\n`;
    beforeEach(() => {
      put(both);
    });

    it("gives it another share, and the service's own the rest", async () => {
      const { after, purpose } = await weightsEdit(place(), new Map([["1.4.1", 90]]));
      assert.equal(after, both.replace("weight: 10", "weight: 90"));
      assert.equal(purpose, "1.4.2 10 %, 1.4.1 90 %");
      const both2 = await weightsEdit(
        place(),
        new Map([
          ["1.4.2", 0],
          ["1.4.1", 100],
        ]),
      );
      assert.match(both2.after, /weight: 100/);
    });

    it("is refused for shares that do not add up, for those that it has, and for a release that it does not have", async () => {
      await refused(
        weightsEdit(
          place(),
          new Map([
            ["1.4.2", 50],
            ["1.4.1", 90],
          ]),
        ),
        /must add up to 100 percent, got 140/,
      );
      await refused(weightsEdit(place(), new Map([["1.4.1", 10]])), /has these shares already/);
      await refused(
        weightsEdit(place(), new Map([["1.3.0", 10]])),
        /has no release 1\.3\.0; it has 1-4-2-\w{6} \(1\.4\.2\), 1-4-1-/,
      );
    });
  });
});
