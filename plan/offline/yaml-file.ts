import { type Document, LineCounter, type ParsedNode, type YAMLError, isNode, parseAllDocuments } from "yaml";
import { PlanFailure } from "../failure";
import { Differences, type ReadingProblem } from "./yaml-differences";
import { lineBreaks } from "./yaml-scalars";

/** A YAML file, and what in it the engine reads as something else. */
export interface YamlFile {
  /** The first document. What would be misread is the text as it is written. */
  readonly value: unknown;
  /** What the engine and this reader read differently. */
  readonly problems: readonly ReadingProblem[];
  /** The line of a path such as `["config", "aws:region"]`; undefined for one that the file does not have. */
  readonly lineOf: (path: readonly PropertyKey[]) => number | undefined;
}

/** Parses a YAML file as the engine does. `checked` is the key of what is held against the engine's reading. */
export function parseYaml(text: string, path: string, checked: string): YamlFile {
  const lines = new LineCounter();
  const lineAt = (position: number) => lines.linePos(position).line;
  const parsed = parseAllDocuments(text, { merge: true, lineCounter: lines, prettyErrors: false, logLevel: "error" });
  // An empty file has no document.
  const [document, second] = "empty" in parsed ? [] : parsed;
  if (document === undefined) return { value: undefined, problems: [], lineOf: () => undefined };
  const errors = parsed.flatMap((one) => one.errors);
  if (errors.length > 0)
    throw new PlanFailure(errors.map((error) => `cannot read ${path}: ${syntaxError(error, lines)}`).join("\n"));

  const differences = new Differences(document, text, lineAt);
  const part = document.get(checked, true);
  if (isNode(part)) differences.visit(part as ParsedNode, []);
  const whole = (wrong: boolean, message: string): ReadingProblem[] => (wrong ? [{ at: [], message }] : []);
  const lineBreak = text.search(lineBreaks);
  return {
    value: valueOf(document, path),
    problems: [
      ...whole(
        second !== undefined,
        `has a second document (line ${lineAt(second?.range[0] ?? 0)}), which the engine does not read: remove it`,
      ),
      ...whole(
        document.directives.yaml.explicit === true,
        "has a %YAML directive, which the engine reads differently: remove it",
      ),
      ...whole(
        lineBreak !== -1,
        `has a character that the engine takes for the end of a line (line ${lineAt(lineBreak)}): in a string, write ` +
          "it as an escape such as \\u2028",
      ),
      ...differences.problems,
    ],
    lineOf(at) {
      const node = document.getIn(at, true);
      return isNode(node) ? lineAt(node.range?.[0] ?? 0) : undefined;
    },
  };
}

/** A document's value. Only here does an alias without an anchor fail. */
function valueOf(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw new PlanFailure(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** An error of the YAML reader in one line. Its message may end with a piece of the file, such as a password. */
function syntaxError({ code, message, pos }: YAMLError, lines: LineCounter): string {
  const { line, col } = lines.linePos(pos[0]);
  const hint = code === "BLOCK_AS_IMPLICIT_KEY" ? "; put a value that contains a colon in quotes" : "";
  return `${message.replace(/(: | \\).*$/s, "")}${hint} (line ${line}, column ${col})`;
}
