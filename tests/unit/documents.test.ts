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

describe("decisions", () => {
  const index = readFileSync(join(root, "docs/adr/README.md"), "utf8");
  const numbers = (text: string) => [...text.matchAll(/\b\d+\b/g)].map(([number]) => Number(number));
  for (const file of sources().filter((path) => /^docs\/adr\/\d/.test(path))) {
    it(`${file} has in the index the title and the status that it has itself`, () => {
      const text = readFileSync(join(root, file), "utf8");
      const [, number = "", title = ""] = /^# (\d+)\. (.*)$/m.exec(text) ?? [];
      const [, status = ""] = /^- Status: (.*(?:\n {2}.*)*)$/m.exec(text) ?? [];
      const row = index.split("\n").find((line) => line.includes(`(${file.replace("docs/adr/", "")})`)) ?? "";
      const [, link, own, , listed = ""] = row
        .split(" | ")
        .join("|")
        .split("|")
        .map((cell) => cell.trim());
      assert.equal(link?.slice(1, 5), number.padStart(4, "0"));
      assert.equal(own, title);
      assert.equal(/^\w+/.exec(listed)?.[0], /^\w+/.exec(status)?.[0]);
      // By which other decisions it is superseded.
      assert.deepEqual(numbers(listed), numbers(status.replace(/\([^)]*\)/g, "")));
    });
  }
});
