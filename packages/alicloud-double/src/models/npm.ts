import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { anyShape, RecordBuilder, type RecordShape, type Shape } from "./shape";

/** A generated class of an SDK package: it tells its wire names and its types. */
interface ModelClass {
  name: string;
  names(): Record<string, string>;
  types(): Record<string, unknown>;
}

const requireModule = createRequire(__filename);

/** Reads request and answer shapes out of one of Alibaba's SDK packages on npm, one class at a time, as needed. */
export class NpmModels {
  private readonly home: string;
  private readonly shapes = new Map<string, RecordShape | undefined>();

  constructor(readonly packageName: string) {
    this.home = dirname(requireModule.resolve(`${packageName}/package.json`));
  }

  /** The fields of a request. A "Shrink" request is what travels: its structured fields are JSON texts. */
  request(action: string): RecordShape | undefined {
    return this.shape(`${action}ShrinkRequest`) ?? this.shape(`${action}Request`);
  }

  /** The fields of an answer's body. */
  answer(action: string): RecordShape | undefined {
    return this.shape(`${action}ResponseBody`);
  }

  /** Whether the package knows the action at all; actions without parameters have an answer only. */
  knows(action: string): boolean {
    return (
      this.request(action) !== undefined ||
      this.answer(action) !== undefined ||
      this.shape(`${action}Response`) !== undefined
    );
  }

  /** The fields of any named model, such as an OSS configuration document. */
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

  /** "This parameter is required." stands only in the comments of the type files. */
  private requiredIn(className: string): ReadonlySet<string> {
    const file = join(this.home, "dist", "models", `${className}.d.ts`);
    const required = new Set<string>();
    if (!existsSync(file)) return required;
    let owner = "";
    for (const [, cls, comment, property] of readFileSync(file, "utf8").matchAll(
      /export declare class (\w+)|\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\??:/g,
    )) {
      if (cls) owner = cls;
      else if (comment?.includes("This parameter is required.")) required.add(`${owner}.${property}`);
    }
    return required;
  }
}

function toRecord(model: ModelClass, required: ReadonlySet<string>, above: ReadonlySet<ModelClass>): RecordShape {
  const builder = new RecordBuilder();
  const types = model.types();
  const inside = new Set(above).add(model);
  for (const [property, wire] of Object.entries(model.names()))
    builder.add(wire.split("."), toShape(types[property], required, inside), required.has(`${model.name}.${property}`));
  return builder.build();
}

function toShape(type: unknown, required: ReadonlySet<string>, above: ReadonlySet<ModelClass>): Shape {
  if (type === "string" || type === "Readable") return { kind: "text" };
  if (type === "number" || type === "long") return { kind: "number" };
  if (type === "boolean") return { kind: "flag" };
  if (typeof type === "function") {
    const model = type as unknown as ModelClass;
    // A model that contains itself would never end.
    return above.has(model) ? anyShape : toRecord(model, required, above);
  }
  if (typeof type === "object" && type !== null && (type as { type?: string }).type === "array")
    return { kind: "list", item: toShape((type as { itemType?: unknown }).itemType, required, above) };
  return anyShape;
}
