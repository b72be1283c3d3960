import { isDeepStrictEqual } from "node:util";
import { Document, Scalar, YAMLMap, isMap, isNode, isScalar, isSeq, parseDocument, stringify } from "yaml";
import { PlanFailure } from "../../plan/failure";

/** Where a field is in a file, from its top. */
export type FieldPath = readonly (string | number)[];

/** A field's new value; undefined removes the field. */
export interface FieldEdit {
  readonly path: FieldPath;
  readonly value: unknown;
}

/**
 * A YAML file's text with fields set or removed. All other text stays as it is: comments, order, quotes and line breaks.
 * A field that is new is the last one of its mapping. Throws a PlanFailure where that cannot be done, as in a file with
 * an anchor at such a field.
 */
export function edited(text: string, edits: readonly FieldEdit[], file: string): string {
  const after = edits.reduce(withField, text);
  const before: unknown = parseDocument(text, { merge: true }).toJS();
  if (!isDeepStrictEqual(valueOf(after), edits.reduce<unknown>(withValue, before)))
    throw new PlanFailure(
      `cannot edit ${file}: ${edits.map(({ path }) => path.join(".")).join(", ")} cannot be set without changing what is around it. ` +
        "Edit the file by hand",
    );
  return after;
}

/** How new text is written: the engine reads YAML 1.1, in which `on` is no text. */
const style = { lineWidth: 0, version: "1.1" } as const;

/** A file's value; undefined where it cannot be read. */
function valueOf(text: string): unknown {
  const document = parseDocument(text, { merge: true });
  try {
    return document.errors.length > 0 ? undefined : document.toJS();
  } catch {
    // An alias has lost its anchor.
    return undefined;
  }
}

function withField(text: string, { path, value }: FieldEdit): string {
  const document = parseDocument(text, { merge: true });
  const key = path.at(-1);
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (key === undefined) return text;
  const node = document.getIn(path, true);
  if (value !== undefined && isScalar(node) && isPlainValue(value) && isOneLine(node))
    return replaced(text, node, value);
  // A list's item, and a mapping in braces, are written anew with what contains them.
  if (!(parent instanceof YAMLMap) || parent.flow === true || typeof key !== "string") {
    const whole: unknown = isMap(parent) || isSeq(parent) ? parent.toJS(document) : undefined;
    return path.length === 1
      ? text
      : withField(text, { path: path.slice(0, -1), value: withValue(whole, { path: [key], value }) });
  }
  return withPair(text, parent, key, value);
}

/** Replaces a scalar in the style that it has. */
function replaced(text: string, node: Scalar, value: unknown): string {
  const [start, end] = node.range ?? [0, 0];
  const scalar = new Scalar(value);
  if (typeof value === "string" && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE"))
    scalar.type = node.type;
  return text.slice(0, start) + stringify(scalar, style).trimEnd() + text.slice(end);
}

/** Replaces, adds or removes the lines of a mapping's field. */
function withPair(text: string, parent: YAMLMap, key: string, value: unknown): string {
  const spans = parent.items.map((pair) => ({ key: String(pair.key), ...span(text, pair) }));
  const column = spans[0] === undefined ? 0 : spans[0].start - lineStart(text, spans[0].start);
  const lines = value === undefined ? "" : indented(stringify({ [key]: value }, style).trimEnd(), column);
  const found = spans.find((one) => one.key === key);
  if (found !== undefined && value === undefined)
    return text.slice(0, lineStart(text, found.start)) + text.slice(lineEnd(text, found.end) + 1);
  if (found !== undefined) {
    const node = parent.get(key, true) as unknown;
    if (isMap(node) && node.flow === true && typeof value === "object") return replacedInBraces(text, node, value);
    // A comment behind the last line of a block is about that line.
    const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
    return text.slice(0, found.start) + lines + text.slice(isBlock ? lineEnd(text, found.end) : found.end);
  }
  const last = spans.at(-1);
  if (last === undefined || value === undefined) return text;
  const end = lineEnd(text, last.end);
  return `${text.slice(0, end)}\n${" ".repeat(column)}${lines}${text.slice(end)}`;
}

/** Replaces a mapping in braces by another one, with the spaces inside the braces that it has. */
function replacedInBraces(text: string, node: YAMLMap, value: object | null): string {
  const [start, end] = node.range ?? [0, 0];
  const flow = new Document(value, { version: "1.1" }).createNode(value, { flow: true });
  const written = stringify(flow, { ...style, flowCollectionPadding: text[start + 1] === " " }).trimEnd();
  return text.slice(0, start) + written + text.slice(end);
}

/** From where to where a field's key and value are, without comments and line breaks behind it. */
function span(text: string, pair: { readonly key: unknown; readonly value: unknown }): { start: number; end: number } {
  const [start, keyEnd] = (isNode(pair.key) ? pair.key.range : undefined) ?? [0, 0];
  const valueEnd = (isNode(pair.value) ? contentEnd(text, pair.value) : undefined) ?? keyEnd;
  return { start, end: Math.max(keyEnd, valueEnd) };
}

/** Where a value's text ends: a block's range includes the comments and empty lines that follow it. */
function contentEnd(text: string, node: unknown): number | undefined {
  if (!isNode(node)) return undefined;
  const end = node.range?.[1];
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (isNode(last)) return contentEnd(text, last);
    if (last !== undefined) return span(text, last as { key: unknown; value: unknown }).end;
  }
  return end === undefined ? undefined : text.slice(0, end).trimEnd().length;
}

function isPlainValue(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function isOneLine(node: Scalar): boolean {
  return node.type !== "BLOCK_FOLDED" && node.type !== "BLOCK_LITERAL" && node.source !== "";
}

function indented(lines: string, column: number): string {
  return lines.replaceAll("\n", `\n${" ".repeat(column)}`);
}

function lineStart(text: string, position: number): number {
  return text.lastIndexOf("\n", position - 1) + 1;
}

function lineEnd(text: string, position: number): number {
  const end = text.indexOf("\n", position);
  return end === -1 ? text.length : end;
}

/** A plain value with a field set or removed. */
function withValue(whole: unknown, { path: [key, ...rest], value }: FieldEdit): unknown {
  if (key === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((item, index): unknown => (index === key ? withValue(item, { path: rest, value }) : item));
  const { [key]: before, ...others } = (whole ?? {}) as Record<string, unknown>;
  const changed = withValue(before, { path: rest, value });
  if (changed === undefined) return others;
  return before === undefined
    ? { ...others, [key]: changed }
    : Object.fromEntries(
        Object.entries(whole as object).map(([name, one]) => [name, name === key ? changed : (one as unknown)]),
      );
}
