import { basename } from "node:path";
import {
  type Document,
  type ErrorCode,
  LineCounter,
  type ParsedNode,
  type YAMLError,
  isNode,
  parseAllDocuments,
} from "yaml";
import { messageOf } from "../../components/error-message";
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
    throw unreadable(
      path,
      errors.map((error) => syntaxError(error, lines)),
    );

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
    throw unreadable(path, [messageOf(error)]);
  }
}

function unreadable(path: string, messages: readonly string[]): PlanFailure {
  return new PlanFailure(
    messages.map((message) => `cannot read ${path}: ${message}`).join("\n"),
    messages.map((message) => ({ code: "invalid-yaml", path: basename(path), message })),
  );
}

const quote = "put a value with a colon or another special character in quotes";
const indent = "indent all fields of a mapping alike, with spaces";

/** What to do about the errors of the YAML reader, by their codes. */
const hints: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: `${quote}, and ${indent}`,
  BLOCK_IN_FLOW: quote,
  BAD_SCALAR_START: "put the value in quotes",
  BAD_DQ_ESCAPE: "write a backslash as \\\\, or use single quotes",
  BAD_INDENT: `${indent}, and close what begins with [ or {`,
  TAB_AS_INDENT: "indent with spaces",
  DUPLICATE_KEY: "remove one of the two, or merge them",
  MULTILINE_IMPLICIT_KEY: `write a space after each key's colon, and ${indent}`,
  MISSING_CHAR: "close each quote and bracket, and write a colon and a space after each key",
  UNEXPECTED_TOKEN: "put the value in quotes, in which ' is written as ''; begin a list on the line after its key",
};

/** An error of the YAML reader in one line. Its message may end with a piece of the file, such as a password. */
function syntaxError({ code, message, pos }: YAMLError, lines: LineCounter): string {
  const { line, col } = lines.linePos(pos[0]);
  return `${message.replace(/(: | \\).*$/s, "")}; ${hints[code] ?? quote} (line ${line}, column ${col})`;
}
