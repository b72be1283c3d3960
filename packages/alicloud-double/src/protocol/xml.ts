import { XMLParser } from "fast-xml-parser";
import { parseTree, type ParsedFields, type Tree } from "../models/check";
import type { RecordShape, Shape } from "../models/shape";
import { asText } from "../values";

// Values stay strings: the model decides on their types, so an id of digits does not become a number.
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: true });

/** Parses a document into the name and the content of its root element. */
export function parseXml(text: string): { name: string; content: unknown } {
  const [entry] = Object.entries(parser.parse(text) as Record<string, unknown>).filter(([name]) => name !== "?xml");
  return { name: entry?.[0] ?? "", content: entry?.[1] ?? "" };
}

/** Writes a document with one root element. */
export function toXml(name: string, content: unknown): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, content)}`;
}

/** A list becomes repeated elements; undefined and null are left out. */
function element(name: string, content: unknown): string {
  if (Array.isArray(content)) return content.map((item) => element(name, item)).join("");
  if (content === undefined || content === null) return "";
  const inner =
    typeof content === "object"
      ? Object.entries(content)
          .map(([childName, child]) => element(childName, child))
          .join("")
      : escapeText(asText(content));
  return `<${name}>${inner}</${name}>`;
}

function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}

/** Converts an element's content to the types of a model: XML itself has only strings, and does not mark lists. */
export function parseContent(content: unknown, shape: RecordShape): ParsedFields {
  return parseTree(typeof content === "object" && content !== null ? (toTree(content, shape) as Tree) : {}, shape);
}

function toTree(value: unknown, shape: Shape): string | Tree {
  if (shape.kind === "list") {
    const items = Array.isArray(value) ? value : [value];
    return Object.fromEntries(items.map((item, at) => [String(at + 1), toTree(item, shape.item)]));
  }
  if (typeof value !== "object" || value === null) return shape.kind === "record" && value === "" ? {} : String(value);
  const fields = shape.kind === "record" ? shape.fields : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, toTree(inner, fields?.get(name)?.shape ?? { kind: "any" })]),
  );
}
