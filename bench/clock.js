/*
 * Loaded into a program's process by the runtime option `nodeargs`: writes how long the process lived and how long it
 * computed, both in milliseconds, to the file that BENCH_CLOCK names. Only the program counts, not the providers. It is
 * JavaScript because Pulumi's default runtime loads TypeScript only after it.
 */
const { appendFileSync } = require("node:fs");

const file = process.env.BENCH_CLOCK;
if (file !== undefined && process.argv.some((argument) => argument.startsWith("--monitor="))) {
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    appendFileSync(file, `${performance.now()} ${(user + system) / 1000}\n`);
  });
}
