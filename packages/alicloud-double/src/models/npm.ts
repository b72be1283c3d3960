import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { anyShape, RecordBuilder, type RecordShape, type Shape } from "./shape";

/** A generated class of an SDK package, with the wire names and the types of its properties. */
interface ModelClass {
  name: string;
  names(): Record<string, string>;
  types(): Record<string, unknown>;
}

const requireModule = createRequire(__filename);

/** The models in one of Alibaba Cloud's SDK packages on npm. Classes are read one at a time, when first needed. */
export class NpmModels {
  private readonly home: string;
  private readonly shapes = new Map<string, RecordShape | undefined>();

  constructor(packageName: string) {
    this.home = dirname(requireModule.resolve(`${packageName}/package.json`));
  }

  /** The fields of a request. A "Shrink" request is what is sent: its structured fields are JSON strings. */
  request(action: string): RecordShape | undefined {
    return this.shape(`${action}ShrinkRequest`) ?? this.shape(`${action}Request`);
  }

  /** The fields of a response's body. */
  response(action: string): RecordShape | undefined {
    return this.shape(`${action}ResponseBody`);
  }

  /** Whether the package has the action. An action without parameters has only a response. */
  hasAction(action: string): boolean {
    return (
      this.request(action) !== undefined ||
      this.response(action) !== undefined ||
      this.shape(`${action}Response`) !== undefined
    );
  }

  /** The fields of any class, such as an OSS configuration document. */
  shape(className: string): RecordShape | undefined {
    if (!this.shapes.has(className)) {
      const model = this.find(className);
      this.shapes.set(className, model && toRecord(model, this.requiredIn(className), new Set()));
    }
    return this.shapes.get(className);
  }

  private find(className: string): ModelClass | undefined {
    const perClass = join(this.home, "dist", "models", `${className}.js`);
    const file = existsSync(perClass) ? perClass : join(this.home, "dist", "client.js");
    const found = (requireModule(file) as Record<string, ModelClass | undefined>)[className];
    return typeof found?.names === "function" ? found : undefined;
  }

  /** The required properties, as `class.property`: only the comments of the type files name them. */
  private requiredIn(className: string): ReadonlySet<string> {
    const file = join(this.home, "dist", "models", `${className}.d.ts`);
    const required = new Set<string>();
    if (!existsSync(file)) return required;
    let owner = "";
    const declarations = /export declare class (\w+)|\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\??:/g;
    for (const [, cls, comment, property] of readFileSync(file, "utf8").matchAll(declarations)) {
      if (cls) owner = cls;
      else if (comment?.includes("This parameter is required.")) required.add(`${owner}.${property}`);
    }
    return required;
  }
}

function toRecord(model: ModelClass, required: ReadonlySet<string>, outer: ReadonlySet<ModelClass>): RecordShape {
  const builder = new RecordBuilder();
  const types = model.types();
  const enclosing = new Set(outer).add(model);
  for (const [property, wireName] of Object.entries(model.names()))
    builder.add(
      wireName.split("."),
      toShape(types[property], required, enclosing),
      required.has(`${model.name}.${property}`),
    );
  return builder.build();
}

function toShape(type: unknown, required: ReadonlySet<string>, enclosing: ReadonlySet<ModelClass>): Shape {
  if (type === "string" || type === "Readable") return { kind: "string" };
  if (type === "number" || type === "long") return { kind: "number" };
  if (type === "boolean") return { kind: "boolean" };
  if (typeof type === "function") {
    const model = type as unknown as ModelClass;
    // A recursive model would never end.
    return enclosing.has(model) ? anyShape : toRecord(model, required, enclosing);
  }
  if (typeof type === "object" && type !== null && (type as { type?: string }).type === "array")
    return { kind: "list", item: toShape((type as { itemType?: unknown }).itemType, required, enclosing) };
  return anyShape;
}
