import Table from "cli-table3";
import { markdownTable } from "markdown-table";

const noBorders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Columns of text, indented by two. The last one wraps at `width` characters, the others never. */
export function columns(rows: readonly (readonly string[])[], width: number): string {
  if (rows.length === 0) return "";
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count - 1 }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const taken = widths.reduce((sum, each) => sum + each + 2, 2);
  const table = new Table({
    chars: noBorders,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colWidths: [...widths, Math.max(20, width - taken)],
    wordWrap: true,
  });
  table.push(...rows.map((row) => Array.from({ length: count }, (_, column) => row[column] ?? "")));
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
}

/** A table in Markdown. Pipes and line breaks in cells do not end them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", "<br>");
  // Without padding: a comment is read rendered, and its length is limited.
  return markdownTable(
    [head, ...rows].map((row) => row.map(cell)),
    { alignDelimiters: false, padding: true },
  );
}

/** A block that GitHub shows with a colour and a sign: one line, or a list of several; nothing for no lines. */
export function alert(kind: "CAUTION" | "WARNING" | "NOTE", lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return [`> [!${kind}]`, ...lines.map((line) => `> ${lines.length > 1 ? "- " : ""}${line}`)].join("\n");
}

/** A block of code that nothing in it can end. */
export function codeBlock(language: string, lines: readonly string[]): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [fence + language, ...lines.map((line) => line.replace(/[\r\n]+/g, " ")), fence].join("\n");
}

/** Escapes Markdown: a placeholder such as <bookstore.arn> would vanish as an unknown HTML element. */
export function escaped(text: string): string {
  return text
    .replace(/[\\*_`[\]~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\r\n]+/g, "<br>");
}

/** Content that is shown only when its summary is clicked. */
export function folded(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}
