/** Validates requests against a service's published model, which botocore contains. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A shape of a model. */
export interface Shape {
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
  members?: Record<string, Member>;
  member?: Member;
  key?: Member;
  value?: Member;
  /** Whether a list's elements follow each other without an element or a name around them. */
  flattened?: boolean;
  /** The member that is the whole body. */
  payload?: string;
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
}

/** A member of a shape, and where in a request it is. */
export interface Member {
  shape: string;
  locationName?: string;
  /** The name in EC2's protocol, where it differs. */
  queryName?: string;
  location?: "uri" | "querystring" | "header" | "headers" | "statusCode";
  flattened?: boolean;
}

/** An operation of a service. */
export interface Operation {
  input?: { shape: string };
  http?: { method: string; requestUri: string };
  deprecated?: boolean;
}

/** The model of one service in one version of its API. */
export class ServiceModel {
  readonly operations: Readonly<Record<string, Operation>>;
  private readonly shapes: Record<string, Shape>;

  /** @param version by default the newest */
  constructor(
    serviceModels: string,
    service: string,
    version = readdirSync(join(serviceModels, service)).sort().at(-1) ?? "",
  ) {
    const file = join(serviceModels, service, version, "service-2.json");
    const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
    const model = JSON.parse(text.toString("utf8")) as {
      shapes: Record<string, Shape>;
      operations: Record<string, Operation>;
    };
    this.shapes = model.shapes;
    this.operations = model.operations;
  }

  /** The problems of an operation's input, one sentence each; undefined for an unknown operation. */
  problems(operation: string, input: unknown): string[] | undefined {
    const known = this.operations[operation];
    if (!known) return undefined;
    return known.input ? this.problemsOf(known.input.shape, input) : [];
  }

  /** The problems of a value of a shape, one sentence each. */
  problemsOf(shape: string, value: unknown): string[] {
    return this.check(shape, value, "");
  }

  /** A shape by its name. */
  shape(name: string): Shape {
    const shape = this.shapes[name];
    if (!shape) throw new Error(`the model has no shape ${name}`);
    return shape;
  }

  private check(name: string, value: unknown, path: string): string[] {
    const shape = this.shape(name);
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
      const fits = shape.pattern === undefined || expressionOf(shape.pattern).test(value);
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

const expressions = new Map<string, RegExp>();

/** The expression for a pattern of the models, which use Java's syntax and mean the whole text. */
export function expressionOf(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known) return known;
  const translated = pattern
    .replace("(?i)", "")
    .replace("\\Z", "$")
    .replaceAll("\\p{Print}", "[\\x20-\\x7e]")
    .replaceAll("\\p{Graph}", "[\\x21-\\x7e]")
    .replaceAll("\\p{Alnum}", "[A-Za-z0-9]")
    .replaceAll("\\p{ASCII}", "[\\x00-\\x7f]")
    .replaceAll("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\u{10000}-\\u{10FFFF}")
    // Escapes that mean the character itself, which JavaScript's Unicode mode refuses.
    .replace(/\\([^\w\s^$\\.*+?()[\]{}|/-])/g, "$1")
    .replace(/\\_/g, "_");
  const anyCase = pattern.includes("(?i)") ? "i" : "";
  const whole = `^(?:${translated})$`;
  const expression = compiled(whole, `su${anyCase}`) ?? new RegExp(whole, `s${anyCase}`);
  expressions.set(pattern, expression);
  return expression;
}

function compiled(text: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(text, flags);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldPath(path: string, field: string): string {
  return path ? `${path}.${field}` : field;
}
