import { assertDefined } from "../values";
/** What a field may hold, as Alibaba's own SDK packages describe it. */
export type Shape =
  | { kind: "text" | "number" | "flag" | "any" }
  | { kind: "list"; item: Shape }
  | { kind: "record"; fields: ReadonlyMap<string, Field> };

/** One field of a record: its shape, and whether the API's documentation calls it required. */
export interface Field {
  shape: Shape;
  required: boolean;
}

/** A request's or an answer's fields by their names on the wire. */
export type RecordShape = Extract<Shape, { kind: "record" }>;

/** A value after its strings were read as the types that the shape asks for. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

export const stringShape: Shape = { kind: "text" };
export const anyShape: Shape = { kind: "any" };

/** Builds a record shape while its fields become known one after another. */
export class RecordBuilder {
  private readonly fields = new Map<string, Field>();

  /** Adds a field by its dotted name (`SystemDisk.Category`); `#` in the path stands for a list's index. */
  add(path: readonly string[], shape: Shape, required: boolean): this {
    const [head, ...rest] = path;
    if (head === undefined) return this;
    if (rest.length === 0) {
      this.fields.set(head, { shape, required });
      return this;
    }
    const before = this.fields.get(head);
    this.fields.set(head, { shape: grow(before?.shape, rest, shape, required), required: before?.required ?? false });
    return this;
  }

  /** The shape as built so far. */
  build(): RecordShape {
    return { kind: "record", fields: this.fields };
  }
}

function grow(before: Shape | undefined, path: readonly string[], shape: Shape, required: boolean): Shape {
  const [head, ...rest] = path;
  if (head === "#") {
    const item = before?.kind === "list" ? before.item : undefined;
    return { kind: "list", item: rest.length === 0 ? shape : grow(item, rest, shape, required) };
  }
  const builder = new RecordBuilder();
  if (before?.kind === "record")
    for (const [name, field] of before.fields) builder.add([name], field.shape, field.required);
  const inner = before?.kind === "record" ? before.fields.get(assertDefined(head)) : undefined;
  if (rest.length === 0) builder.add([assertDefined(head)], shape, required);
  else builder.add([assertDefined(head)], grow(inner?.shape, rest, shape, required), inner?.required ?? false);
  return builder.build();
}
