/** `npm run test:kills`: kills the engine at every mutating call of every update on every platform, and refuses every one. */
import { describeError, finish, recordRow } from "./command";
import { type KilledUpdate, begin, killAt, refuseAt, updates } from "./kills";
import { type LiveCloud, type PlatformName, platformText, platforms } from "./live-cloud";
import { type Part, hasRow } from "./part";
import { Results, filesHash } from "./results";
import { commandContext, startLive } from "./start";

const totals = { points: 0, kills: 0, failed: 0, sent: 0, lost: 0 };

async function run(part: Part): Promise<boolean> {
  const results = new Results("kills", filesHash());
  for (const platform of platforms) {
    for (const update of updates)
      for (const way of ["killed", "refused"] as const) await runUpdate(platform, update, way, part, results);
  }
  const { points, kills, failed, sent, lost } = totals;
  console.log(`${points} points, ${failed} failed; ${kills} kills and refusals; ${sent} requests sent, ${lost} lost`);
  return failed === 0;
}

/** The points of one update from the first call to its last; the first point without a kill ends it. */
async function runUpdate(
  platform: PlatformName,
  update: KilledUpdate,
  way: "killed" | "refused",
  part: Part,
  results: Results,
): Promise<void> {
  const name = `${platformText(platform)} ${update.name}`;
  let live: LiveCloud | undefined;
  try {
    for (let point = 0; point < mostCalls; point += 1) {
      const row = `${name}, call ${point} ${way}`;
      if (!hasRow(part, row, point) || results.hasPassed(row)) continue;
      const started = Date.now();
      if (live === undefined) {
        live = await startLive(platform, commandContext);
        await begin(live, update);
      }
      const outcome = await (way === "killed" ? killAt : refuseAt)(live, update, point).then(
        ({ calls, load }) => {
          totals.kills += calls.length;
          totals.sent += load.sent;
          totals.lost += load.lost;
          const detail = `${way} ${calls.join(", ")}; ${load.sent} requests, ${load.lost} lost ${load.reasons.join("; ")}`;
          return { ok: load.lost === 0, detail, ended: calls.length === 0 };
        },
        (error: unknown) => ({ ok: false, detail: describeError(error), ended: false }),
      );
      if (outcome.ended) return;
      recordRow(results, started, { row, ok: outcome.ok, detail: outcome.detail });
      totals.points += 1;
      if (!outcome.ok) {
        totals.failed += 1;
        // The next points would fail on what this one left.
        await live.close();
        live = undefined;
      }
    }
  } finally {
    await live?.close();
  }
}

/** More calls than any update has. */
const mostCalls = 1000;

void finish("test:kills", "the engine's death at every mutating call of an update, and the refusal of every one", run);
