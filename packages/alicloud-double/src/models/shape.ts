import { assertDefined } from "../values";

/** The type of a field, as Alibaba Cloud's own SDK packages describe it. */
export type Shape =
  | { kind: "string" | "number" | "boolean" | "any" }
  | { kind: "list"; item: Shape }
  | { kind: "record"; fields: ReadonlyMap<string, Field> };

/** A field of a record, and whether the API's documentation calls it required. */
export interface Field {
  shape: Shape;
  required: boolean;
}

/** The fields of a request or a response by their names on the wire. */
export type RecordShape = Extract<Shape, { kind: "record" }>;

/** A field's value, with the type that its shape demands. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** The shape that every value has. */
export const anyShape: Shape = { kind: "any" };

/** Builds a record's shape field by field. */
export class RecordBuilder {
  private readonly fields = new Map<string, Field>();

  /** Adds a field by its path (`SystemDisk`, `Category`); `#` in the path stands for a list's index. */
  add(path: readonly string[], shape: Shape, required: boolean): this {
    const [head, ...rest] = path;
    if (head === undefined) return this;
    if (rest.length === 0) {
      this.fields.set(head, { shape, required });
      return this;
    }
    const known = this.fields.get(head);
    this.fields.set(head, { shape: extend(known?.shape, rest, shape, required), required: known?.required ?? false });
    return this;
  }

  /** The shape with the fields added so far. */
  build(): RecordShape {
    return { kind: "record", fields: this.fields };
  }
}

/** Adds a field inside a list or a record, which is created if it is not known yet. */
function extend(known: Shape | undefined, path: readonly string[], shape: Shape, required: boolean): Shape {
  const [head, ...rest] = path;
  if (head === "#") {
    const item = known?.kind === "list" ? known.item : undefined;
    return { kind: "list", item: rest.length === 0 ? shape : extend(item, rest, shape, required) };
  }
  const name = assertDefined(head);
  const builder = new RecordBuilder();
  const fields = known?.kind === "record" ? known.fields : new Map<string, Field>();
  for (const [other, field] of fields) builder.add([other], field.shape, field.required);
  const inner = fields.get(name);
  if (rest.length === 0) builder.add([name], shape, required);
  else builder.add([name], extend(inner?.shape, rest, shape, required), inner?.required ?? false);
  return builder.build();
}
