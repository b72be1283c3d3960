import type { Field, RecordShape, Shape, Value } from "./shape";
import { assertDefined } from "../values";

/** What is wrong with one field of a request. */
export interface Problem {
  kind: "unknown" | "missing" | "type";
  path: string;
  detail: string;
}

/** A request's fields as a tree of texts, before their types are known. */
export interface Tree {
  [name: string]: string | Tree;
}

/** A request read against its shape: the typed values, and everything that was wrong. */
export interface ParsedFields {
  values: Record<string, Value>;
  problems: Problem[];
}

/** Turns `Tag.1.Key=a` into `{ Tag: { 1: { Key: "a" } } }`. */
export function toTree(flat: Iterable<readonly [string, string]>): Tree {
  const root: Tree = {};
  for (const [name, value] of flat) {
    const path = name.split(".");
    const last = assertDefined(path.pop());
    let at = root;
    for (const part of path) {
      const next = at[part];
      at = typeof next === "object" ? next : (at[part] = {});
    }
    at[last] = value;
  }
  return root;
}

/** Reads a request's tree of texts as its shape says. */
export function parseTree(tree: Tree, shape: RecordShape): ParsedFields {
  const problems: Problem[] = [];
  const values = parseRecord(tree, shape, "", problems);
  return { values, problems };
}

function parseRecord(tree: Tree, shape: RecordShape, path: string, problems: Problem[]): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const [name, raw] of Object.entries(tree)) {
    const field = shape.fields.get(name);
    if (!field) {
      problems.push({ kind: "unknown", path: path + name, detail: describeUnknown(name, shape) });
      continue;
    }
    // The gateway takes an empty text for a field that was not sent.
    if (raw === "" && field.shape.kind !== "text" && field.shape.kind !== "any") continue;
    const value = parseValue(raw, field.shape, path + name, problems);
    if (value !== undefined) values[name] = value;
  }
  reportMissing(values, shape, path, problems);
  return values;
}

function parseValue(raw: string | Tree, shape: Shape, path: string, problems: Problem[]): Value | undefined {
  const wrong = (wanted: string): Value | undefined => {
    problems.push({ kind: "type", path, detail: `wants ${wanted}, got ${JSON.stringify(raw).slice(0, 80)}` });
    return undefined;
  };
  if (shape.kind === "any") return raw;
  if (shape.kind === "list") {
    if (typeof raw === "string") return raw === "" ? [] : wrong("a list (Name.1, Name.2, …)");
    const indexes = Object.keys(raw);
    if (indexes.some((_, at) => raw[String(at + 1)] === undefined)) return wrong("a list counted from 1 without a gap");
    return indexes
      .map((_, at) => parseValue(assertDefined(raw[String(at + 1)]), shape.item, `${path}.${String(at + 1)}`, problems))
      .filter((value) => value !== undefined);
  }
  if (shape.kind === "record")
    return typeof raw === "string"
      ? wrong("fields of its own (Name.Field)")
      : parseRecord(raw, shape, `${path}.`, problems);
  if (typeof raw !== "string") return wrong(`one ${shape.kind}`);
  if (shape.kind === "flag") return /^(true|false)$/i.test(raw) ? raw.toLowerCase() === "true" : wrong("true or false");
  if (shape.kind === "number")
    return raw.trim() !== "" && Number.isFinite(Number(raw)) ? Number(raw) : wrong("a number");
  return raw;
}

/** Checks JSON or XML values, whose types are already there, against a shape. */
export function checkValue(value: unknown, shape: Shape, path = ""): Problem[] {
  if (value === undefined || value === null || shape.kind === "any") return [];
  const wrong = (wanted: string): Problem[] => [
    { kind: "type", path, detail: `wants ${wanted}, got ${JSON.stringify(value).slice(0, 80)}` },
  ];
  if (shape.kind === "list")
    return Array.isArray(value)
      ? value.flatMap((item, at) => checkValue(item, shape.item, `${path}.${String(at + 1)}`))
      : wrong("a list");
  if (shape.kind === "record") {
    if (typeof value !== "object" || Array.isArray(value)) return wrong("an object");
    const problems: Problem[] = [];
    for (const [name, inner] of Object.entries(value)) {
      const field = findField(shape, name);
      const at = path ? `${path}.${name}` : name;
      problems.push(
        ...(field
          ? checkValue(inner, field.shape, at)
          : [{ kind: "unknown" as const, path: at, detail: describeUnknown(name, shape) }]),
      );
    }
    reportMissing(value as Record<string, unknown>, shape, path ? `${path}.` : "", problems);
    return problems;
  }
  const type = { text: "string", number: "number", flag: "boolean" }[shape.kind];
  return typeof value === type ? [] : wrong(`a ${type}`);
}

function reportMissing(values: Record<string, unknown>, shape: RecordShape, path: string, problems: Problem[]): void {
  for (const [name, field] of shape.fields)
    if (
      field.required &&
      (values[name] === undefined || values[name] === "") &&
      !problems.some((problem) => problem.path === path + name)
    )
      problems.push({ kind: "missing", path: path + name, detail: "is required" });
}

/** A field by its name; answers have names with dots in them (`SystemDisk.Category`), which the shape holds as nested. */
function findField(shape: RecordShape, name: string): Field | undefined {
  const [head = "", ...rest] = name.split(".");
  const field = shape.fields.get(head);
  return rest.length === 0 || !field || field.shape.kind !== "record" ? field : findField(field.shape, rest.join("."));
}

/** A field that differs in its plural or case only is the likeliest mistake; name it. */
function describeUnknown(name: string, shape: RecordShape): string {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "")
      .replace(/ies$/, "y")
      .replace(/s$/, "");
  const twin = [...shape.fields.keys()].find((other) => plain(other) === plain(name));
  return twin ? `no such field; there is ${twin}` : "no such field";
}
