/** Validates requests against a service's published model, which botocore contains. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

interface Shape {
  type:
    | "structure"
    | "list"
    | "map"
    | "string"
    | "integer"
    | "long"
    | "double"
    | "float"
    | "boolean"
    | "timestamp"
    | "blob";
  required?: string[];
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
}

/** The model of one service in one version of its API. */
export class ServiceModel {
  private readonly shapes: Record<string, Shape>;
  private readonly operations: Record<string, { input?: { shape: string } }>;

  constructor(serviceModels: string, service: string, version: string) {
    const file = join(serviceModels, service, version, "service-2.json");
    const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
    const model = JSON.parse(text.toString("utf8")) as {
      shapes: Record<string, Shape>;
      operations: Record<string, { input?: { shape: string } }>;
    };
    this.shapes = model.shapes;
    this.operations = model.operations;
  }

  /** The problems of an operation's input, one sentence each; undefined for an unknown operation. */
  problems(operation: string, input: unknown): string[] | undefined {
    const known = this.operations[operation];
    if (!known) return undefined;
    return known.input ? this.check(known.input.shape, input, "") : [];
  }

  private check(name: string, value: unknown, path: string): string[] {
    const shape = this.shapes[name];
    if (!shape) throw new Error(`the model has no shape ${name}`);
    const subject = path || "the request";
    switch (shape.type) {
      case "structure":
        return isObject(value) ? this.checkStructure(shape, value, path) : [`${subject} must be an object`];
      case "list": {
        if (!Array.isArray(value)) return [`${subject} must be a list`];
        const element = shape.member?.shape ?? "";
        return [
          ...checkRange(shape, value.length, `the length of ${subject}`),
          ...value.flatMap((item, index) => this.check(element, item, `${path}[${index}]`)),
        ];
      }
      case "map": {
        if (!isObject(value)) return [`${subject} must be a map`];
        const entries = Object.entries(value);
        const inside = entries.flatMap(([key, item]) => [
          ...this.check(shape.key?.shape ?? "", key, `the key ${key} of ${subject}`),
          ...this.check(shape.value?.shape ?? "", item, `${path}.${key}`),
        ]);
        return [...checkRange(shape, entries.length, `the size of ${subject}`), ...inside];
      }
      default:
        return checkScalar(shape, value, subject);
    }
  }

  private checkStructure(shape: Shape, value: Record<string, unknown>, path: string): string[] {
    const members = shape.members ?? {};
    const missing = (shape.required ?? []).filter((field) => value[field] === undefined || value[field] === null);
    return [
      ...missing.map((field) => `${fieldPath(path, field)} is required`),
      ...Object.entries(value).flatMap(([field, item]) => {
        const member = members[field];
        if (!member) return [`${fieldPath(path, field)} is not a field that the service knows`];
        return item === null ? [] : this.check(member.shape, item, fieldPath(path, field));
      }),
    ];
  }
}

function checkScalar(shape: Shape, value: unknown, at: string): string[] {
  const wrongType = (wanted: string) => [`${at} must be ${wanted}, got ${JSON.stringify(value)}`];
  switch (shape.type) {
    case "string": {
      if (typeof value !== "string") return wrongType("a string");
      if (shape.enum && !shape.enum.includes(value))
        return [`${at} must be one of ${shape.enum.join(", ")}, got ${value}`];
      const fits = !shape.pattern || new RegExp(`^(?:${javascriptPattern(shape.pattern)})$`, "s").test(value);
      return [
        ...checkRange(shape, value.length, `the length of ${at}`),
        ...(fits ? [] : [`${at} does not match ${shape.pattern ?? ""}: ${value}`]),
      ];
    }
    case "integer":
    case "long":
      return Number.isInteger(value) ? checkRange(shape, value as number, at) : wrongType("a whole number");
    case "double":
    case "float":
    case "timestamp":
      // In the JSON protocol a time is seconds since 1970.
      return typeof value === "number" && Number.isFinite(value) ? checkRange(shape, value, at) : wrongType("a number");
    case "boolean":
      return typeof value === "boolean" ? [] : wrongType("true or false");
    default:
      return [];
  }
}

function checkRange({ min = -Infinity, max = Infinity }: Shape, value: number, what: string): string[] {
  if (value < min) return [`${what} must be at least ${min}, got ${value}`];
  return value > max ? [`${what} must be at most ${max}, got ${value}`] : [];
}

/** Translates a pattern of the models, which use Java's syntax. */
function javascriptPattern(pattern: string): string {
  return pattern
    .replaceAll("\\p{Print}", "[\\x20-\\x7e]")
    .replaceAll("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\uD800-\\uDFFF");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldPath(path: string, field: string): string {
  return path ? `${path}.${field}` : field;
}
