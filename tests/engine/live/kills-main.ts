/** `npm run test:kills`: kills the engine at every mutating call of every update on every platform. */
import { describeError, finish, logRow } from "./command";
import { begin, countCalls, killAt, updates } from "./kills";
import { platformText, platforms } from "./live-cloud";
import { type Part, hasRow } from "./part";
import { Results, filesHash } from "./results";
import { commandContext, startLive } from "./start";

async function run(part: Part): Promise<boolean> {
  const results = new Results("kills", filesHash());
  let index = 0;
  let ok = true;
  for (const platform of platforms) {
    for (const update of updates) {
      const place = index++;
      const name = `${platformText(platform)} ${update.name}`;
      if (!hasRow(part, name, place)) continue;
      const live = await startLive(platform, commandContext);
      try {
        await begin(live, update);
        const calls = await countCalls(live, update);
        for (let point = 0; point < calls; point += 1) {
          const row = `${name} ${point}`;
          if (results.hasPassed(row)) continue;
          const started = Date.now();
          const outcome = await killAt(live, update, point).then(
            ({ call = "none", load }) => ({
              ok: load.lost === 0,
              detail: `killed after ${call}; ${load.sent} requests, ${load.lost} lost ${load.reasons.join("; ")}`,
            }),
            (error: unknown) => ({ ok: false, detail: describeError(error) }),
          );
          const result = { row, ...outcome, seconds: Math.round((Date.now() - started) / 1000) };
          results.add(result);
          logRow(result);
          ok &&= result.ok;
          // A failed row leaves a stack from which the next ones would fail too.
          if (!result.ok) break;
        }
      } finally {
        await live.close();
      }
    }
  }
  return ok;
}

void finish("test:kills", "the engine's death at every mutating call of an update", run);
