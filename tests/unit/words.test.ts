/** The language of the repository is plain technical English: code and documents report, print, show and set. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sources } from "../support/sources";

const root = join(__dirname, "../..");

/** How many times are too many: a few are legitimate, such as in the rule itself. */
const limit = 10;
/** The words to avoid, put together so that this file does not count. */
const avoided = new RegExp(`\\b(${["t" + "old", "t" + "ell", "t" + "ells", "t" + "elling"].join("|")})\\b`, "gi");

describe("the words", () => {
  it(`report and show: ${avoided.source} occurs fewer than ${String(limit)} times`, () => {
    const files = sources();
    assert.ok(files.length > 100, `only ${String(files.length)} files were found`);
    const places = files.flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .flatMap((line, index) => line.match(avoided)?.map(() => `${file}:${String(index + 1)}: ${line.trim()}`) ?? []),
    );
    assert.ok(places.length < limit, `${String(places.length)} times:\n${places.join("\n")}`);
  });
});
