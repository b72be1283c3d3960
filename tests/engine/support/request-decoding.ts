/** Decodes requests of AWS's protocols into the inputs of their operations, by the services' models. */
import { XMLParser } from "fast-xml-parser";
import type { Member, ServiceModel } from "./aws-model";

/** Fields of a form as a tree: `A.member.1.B` is `{ A: { member: { 1: { B } } } }`. */
interface Tree {
  [name: string]: string | Tree;
}

/** The input in a form (query protocol, EC2's protocol), without the fields of the protocol itself. */
export function inputOfForm(
  model: ServiceModel,
  shape: string,
  fields: Record<string, unknown>,
  protocol: "ec2" | "query",
): Record<string, unknown> {
  const tree: Tree = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === "Action" || name === "Version") continue;
    const path = name.split(".");
    const last = path.pop() ?? "";
    let node = tree;
    for (const part of path) {
      const next = node[part];
      node = typeof next === "object" ? next : (node[part] = {});
    }
    node[last] = String(value);
  }
  return new FormDecoder(model, protocol).structure(shape, tree);
}

class FormDecoder {
  constructor(
    private readonly model: ServiceModel,
    private readonly protocol: "ec2" | "query",
  ) {}

  structure(name: string, tree: Tree): Record<string, unknown> {
    const { members = {} } = this.model.shape(name);
    const byWireName = new Map(Object.entries(members).map(([own, member]) => [this.nameOf(own, member), own]));
    return Object.fromEntries(
      Object.entries(tree).map(([wireName, value]) => {
        const own = byWireName.get(wireName) ?? wireName;
        const member = members[own];
        return [own, member ? this.value(member, value) : value];
      }),
    );
  }

  private nameOf(own: string, { shape, queryName, locationName }: Member): string {
    if (this.protocol === "ec2") return queryName ?? capitalised(locationName ?? own);
    // A flattened list is named after its elements.
    const { flattened, member } = this.model.shape(shape);
    return (flattened ? member?.locationName : undefined) ?? locationName ?? own;
  }

  private value(member: Member, value: string | Tree): unknown {
    const shape = this.model.shape(member.shape);
    switch (shape.type) {
      case "structure":
        return typeof value === "string" ? value : this.structure(member.shape, value);
      case "list": {
        // An empty list is an empty field.
        if (typeof value === "string") return value === "" ? [] : value;
        const element = shape.member ?? { shape: "" };
        const isFlat = this.protocol === "ec2" || shape.flattened;
        const items = isFlat ? value : value[element.locationName ?? "member"];
        return typeof items === "object" ? numbered(items).map((item) => this.value(element, item)) : value;
      }
      case "map": {
        if (typeof value === "string") return value;
        const entries = shape.flattened ? value : value.entry;
        if (typeof entries !== "object" || !shape.key || !shape.value) return value;
        const { key, value: content } = shape;
        return Object.fromEntries(
          numbered(entries).map((entry) => {
            const { [key.locationName ?? "key"]: name = "", [content.locationName ?? "value"]: item = "" } =
              entry as Tree;
            return [typeof name === "string" ? name : "", this.value(content, item)];
          }),
        );
      }
      default:
        return typeof value === "string" ? scalar(shape.type, value) : value;
    }
  }
}

/** The values of a list's numbered fields, in their order. */
function numbered(tree: Tree): (string | Tree)[] {
  return Object.keys(tree)
    .sort((one, other) => Number(one) - Number(other))
    .map((index) => tree[index] ?? "");
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The value that a text stands for; the text itself if it is none of the type. */
export function scalar(type: string, text: string): unknown {
  switch (type) {
    case "integer":
    case "long":
    case "double":
    case "float":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "timestamp":
      return Number.isNaN(Date.parse(text)) ? text : Date.parse(text) / 1000;
    default:
      return text;
  }
}

/** A JSON value with the members' own names, and times in seconds. */
export function inputOfJson(model: ServiceModel, name: string, value: unknown): unknown {
  const shape = model.shape(name);
  if (value === null || value === undefined) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (shape.type === "list" && Array.isArray(value))
    return value.map((item: unknown) => inputOfJson(model, shape.member?.shape ?? "", item));
  if (typeof value !== "object" || Array.isArray(value)) return value;
  if (shape.type === "map")
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, inputOfJson(model, shape.value?.shape ?? "", item)]),
    );
  if (shape.type !== "structure") return value;
  const { members = {} } = shape;
  const byWireName = new Map(Object.entries(members).map(([own, { locationName = own }]) => [locationName, own]));
  return Object.fromEntries(
    Object.entries(value).map(([wireName, item]) => {
      const own = byWireName.get(wireName) ?? wireName;
      const member = members[own];
      return [own, member ? inputOfJson(model, member.shape, item) : (item as unknown)];
    }),
  );
}

const parser = new XMLParser({ parseTagValue: false, ignoreDeclaration: true, alwaysCreateTextNode: false });

/** The input in an XML document whose root element is the member's. */
export function inputOfXml(model: ServiceModel, name: string, text: string): unknown {
  const document = parser.parse(text) as Record<string, unknown>;
  return elementValue(model, name, Object.values(document)[0]);
}

function elementValue(model: ServiceModel, name: string, content: unknown): unknown {
  const shape = model.shape(name);
  if (shape.type === "list") {
    // Not flattened: an element around the elements.
    const inner = typeof content === "object" && content !== null ? Object.values(content).flat() : [];
    return inner.map((item: unknown) => elementValue(model, shape.member?.shape ?? "", item));
  }
  if (shape.type !== "structure") return typeof content === "string" ? scalar(shape.type, content) : content;
  const { members = {} } = shape;
  const elements = typeof content === "object" && content !== null ? content : {};
  return Object.fromEntries(
    Object.entries(elements).map(([element, inner]) => {
      const found = Object.entries(members).find(([own, { locationName = own }]) => locationName === element);
      if (!found) return [element, inner as unknown];
      const [own, member] = found;
      const list = model.shape(member.shape);
      return list.type === "list" && (list.flattened ?? member.flattened)
        ? [own, [inner as unknown].flat().map((item) => elementValue(model, list.member?.shape ?? "", item))]
        : [own, elementValue(model, member.shape, inner)];
    }),
  );
}
