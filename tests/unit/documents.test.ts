/** What every Markdown file refers to: links, headings, scripts and paths. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sources } from "../support/sources";

const root = join(__dirname, "../..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** Blocks of code. */
const fences = /^```[\s\S]*?^```/gm;

/** The anchors that GitHub gives to a document's headings. */
function anchors(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8").replace(fences, "");
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}

describe("documents", () => {
  for (const file of sources().filter((path) => path.endsWith(".md"))) {
    it(`${file} refers to what exists, and runs the plan with -s`, () => {
      const text = readFileSync(join(root, file), "utf8");
      const missing: string[] = [];
      for (const [, link = "", anchor] of text
        .replace(fences, "")
        .matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
        const target = link === "" ? file : join(dirname(file), link);
        if (!existsSync(join(root, target))) missing.push(link);
        else if (anchor !== undefined && !anchors(target).includes(anchor)) missing.push(`${link}#${anchor}`);
      }
      for (const [command, silent, script = ""] of text.matchAll(/npm run (-s |--silent )?([a-z:]+)/g)) {
        // Without -s, npm prints two lines of its own before the plan.
        if (!(script in scripts) || (script === "plan" && silent === undefined)) missing.push(command);
      }
      // Decisions and the changelog speak of the past too.
      if (/^(README|CONTRIBUTING)\.md$/.test(file)) {
        for (const [, path = ""] of text.matchAll(
          /`((?:bake|bench|components|docs|examples|images|packages|plan|tests)\/[\w./-]*)`/g,
        )) {
          if (!existsSync(join(root, path))) missing.push(path);
        }
      }
      assert.deepEqual(missing, []);
    });
  }
});
