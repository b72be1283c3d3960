import { assertDefined } from "../values";
import type { Field, RecordShape, Shape, Value } from "./shape";

/** What is wrong with one field. */
export interface Problem {
  kind: "unknown" | "missing" | "type";
  path: string;
  detail: string;
}

/** Fields as a tree of strings, before their types are known. */
export interface Tree {
  [name: string]: string | Tree;
}

/** The values that a tree of strings holds, and every problem found in it. */
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

/** Converts a tree of strings to the types of a shape. */
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
    // The gateway treats an empty string as a field that was not sent.
    if (raw === "" && field.shape.kind !== "string" && field.shape.kind !== "any") continue;
    const value = parseValue(raw, field.shape, path + name, problems);
    if (value !== undefined) values[name] = value;
  }
  reportMissing(values, shape, path, problems);
  return values;
}

function parseValue(raw: string | Tree, shape: Shape, path: string, problems: Problem[]): Value | undefined {
  const mismatch = (expected: string): Value | undefined => {
    problems.push(typeProblem(path, expected, raw));
    return undefined;
  };
  switch (shape.kind) {
    case "any":
      return raw;
    case "list":
      if (typeof raw === "string") return raw === "" ? [] : mismatch("a list (Name.1, Name.2, …)");
      return parseList(raw, shape.item, path, problems);
    case "record":
      if (typeof raw === "string") return mismatch("a record (Name.Field)");
      return parseRecord(raw, shape, `${path}.`, problems);
    case "boolean":
      if (typeof raw !== "string") return mismatch("one boolean");
      return /^(true|false)$/i.test(raw) ? raw.toLowerCase() === "true" : mismatch("true or false");
    case "number":
      if (typeof raw !== "string") return mismatch("one number");
      return raw.trim() !== "" && Number.isFinite(Number(raw)) ? Number(raw) : mismatch("a number");
    case "string":
      return typeof raw === "string" ? raw : mismatch("one string");
  }
}

function parseList(raw: Tree, item: Shape, path: string, problems: Problem[]): Value[] | undefined {
  const indexes = Object.keys(raw).map((_, at) => String(at + 1));
  if (indexes.some((index) => raw[index] === undefined)) {
    problems.push(typeProblem(path, "a list numbered from 1 without a gap", raw));
    return undefined;
  }
  return indexes
    .map((index) => parseValue(assertDefined(raw[index]), item, `${path}.${index}`, problems))
    .filter((value) => value !== undefined);
}

/** Checks values that have types already (JSON, or a response of the double) against a shape. */
export function checkValue(value: unknown, shape: Shape, path = ""): Problem[] {
  if (value === undefined || value === null || shape.kind === "any") return [];
  const mismatch = (expected: string) => [typeProblem(path, expected, value)];
  switch (shape.kind) {
    case "list":
      return Array.isArray(value)
        ? value.flatMap((item, at) => checkValue(item, shape.item, `${path}.${at + 1}`))
        : mismatch("a list");
    case "record":
      return typeof value === "object" && !Array.isArray(value)
        ? checkRecord(value as Record<string, unknown>, shape, path === "" ? "" : `${path}.`)
        : mismatch("an object");
    default:
      return typeof value === shape.kind ? [] : mismatch(`a ${shape.kind}`);
  }
}

function checkRecord(values: Record<string, unknown>, shape: RecordShape, path: string): Problem[] {
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(values)) {
    const field = findField(shape, name);
    if (field) problems.push(...checkValue(value, field.shape, path + name));
    else problems.push({ kind: "unknown", path: path + name, detail: describeUnknown(name, shape) });
  }
  reportMissing(values, shape, path, problems);
  return problems;
}

function typeProblem(path: string, expected: string, value: unknown): Problem {
  return { kind: "type", path, detail: `expected ${expected}, got ${JSON.stringify(value).slice(0, 80)}` };
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

/** A field by its name. Responses have names with dots (`SystemDisk.Category`), whose shape is nested. */
function findField(shape: RecordShape, name: string): Field | undefined {
  const [head = "", ...rest] = name.split(".");
  const field = shape.fields.get(head);
  return rest.length === 0 || field?.shape.kind !== "record" ? field : findField(field.shape, rest.join("."));
}

/** Describes an unknown field, with the known field that differs only in case, punctuation or its plural, if any. */
function describeUnknown(name: string, shape: RecordShape): string {
  const normalise = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "")
      .replace(/ies$/, "y")
      .replace(/s$/, "");
  const similar = [...shape.fields.keys()].find((other) => normalise(other) === normalise(name));
  return similar ? `unknown field; did you mean ${similar}?` : "unknown field";
}
