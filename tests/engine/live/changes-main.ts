/** `npm run test:changes`: takes a running service through every change of the stack file, on every platform. */
import { begin, rowText, rows, runRow } from "./changes";
import { describeError, finish, recordRow } from "./command";
import { platformText, platforms } from "./live-cloud";
import { type Part, hasRow } from "./part";
import { Results, filesHash } from "./results";
import { commandContext, startLive } from "./start";

async function run(part: Part): Promise<boolean> {
  const results = new Results("changes", filesHash());
  const totals = { rows: 0, updates: 0, sent: 0, lost: 0, failed: 0 };
  for (const [place, platform] of platforms.entries()) {
    const wanted = rows
      .map((row, index) => ({
        row,
        name: `${platformText(platform)} ${rowText(row)}`,
        index: place * rows.length + index,
      }))
      .filter(({ name, index }) => hasRow(part, name, index) && !results.hasPassed(name));
    if (wanted.length === 0) continue;
    let live = await startLive(platform, commandContext);
    let up = false;
    try {
      for (const { row, name } of wanted) {
        if (!up) await begin(live);
        up = true;
        const started = Date.now();
        const result = await runRow(live, row).then(
          (outcome) =>
            outcome === undefined
              ? { ok: true, detail: "the platform has no such field" }
              : {
                  ok: outcome.load.lost === 0,
                  detail:
                    `${outcome.refused ? "refused" : `${outcome.updates} updates`}; ${outcome.load.sent} requests, ` +
                    `${outcome.load.lost} lost ${outcome.load.reasons.join("; ")}`,
                  outcome,
                },
          (error: unknown) => ({ ok: false, detail: describeError(error) }),
        );
        recordRow(results, started, { row: name, ok: result.ok, detail: result.detail });
        totals.rows += 1;
        totals.failed += result.ok ? 0 : 1;
        if ("outcome" in result && result.outcome !== undefined) {
          totals.updates += result.outcome.updates;
          totals.sent += result.outcome.load.sent;
          totals.lost += result.outcome.load.lost;
        }
        if (!result.ok) {
          // The next rows would fail on what this one left.
          await live.close();
          live = await startLive(platform, commandContext);
          up = false;
        }
      }
    } finally {
      await live.close();
    }
  }
  console.log(
    `${totals.rows} rows, ${totals.failed} failed; ${totals.updates} updates; ${totals.sent} requests sent, ${totals.lost} lost`,
  );
  return totals.failed === 0;
}

void finish("test:changes", "every change of the stack file on a running service", run);
