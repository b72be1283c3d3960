/** `npm run test:pairs`: the suites of which `npm test` runs one cloud's. */
import { join } from "node:path";
import { finish, recordRow } from "./live/command";
import { type Part, hasRow } from "./live/part";
import { Results, filesHash } from "./live/results";
import { pairFiles } from "./pairs";
import { startCommand } from "./support/processes";
import { repository } from "./support/toolchain";

async function run(part: Part): Promise<boolean> {
  const results = new Results("pairs", filesHash());
  let failed = 0;
  for (const [index, row] of pairFiles.entries()) {
    if (!hasRow(part, row, index) || results.hasPassed(row)) continue;
    const started = Date.now();
    const mocha = join(repository, "node_modules/mocha/bin/mocha.js");
    const options = { cwd: repository, env: process.env };
    const { exitCode, stdout, stderr } = await startCommand(process.execPath, [mocha, row], options).ended;
    // A suite whose tools are missing passes nothing.
    const passed = Number(/^ {2}(\d+) passing/m.exec(stdout)?.[1] ?? 0);
    const ok = exitCode === 0 && passed > 0;
    if (!ok) failed += 1;
    recordRow(results, started, { row, ok, detail: ok ? `${passed} tests` : `${stdout}\n${stderr}` });
  }
  return failed === 0;
}

void finish("test:pairs", "the suites that test the same on each cloud, on both clouds", run);
