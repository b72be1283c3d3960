/** Tests of properties, whose values are chosen by the commit: one commit always gets the same ones. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";

const { stdout } = spawnSync("git", ["rev-parse", "HEAD^{tree}"], { cwd: __dirname, encoding: "utf8" });

// A failure prints the seed. Outside of a repository it is always the same.
fc.configureGlobal({ seed: Number.parseInt(/^[0-9a-f]{7}/.exec(stdout)?.[0] ?? "1", 16) });

export default fc;
