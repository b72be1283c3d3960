import { XMLParser } from "fast-xml-parser";
import { parseTree, type ParsedFields, type Tree } from "../models/check";
import type { RecordShape, Shape } from "../models/shape";
import { asText } from "../values";

// Values stay texts, so that an id made of digits is not turned into a number; the model decides.
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: true });

/** A document's root element: its name, and what is in it. */
export function parseXml(text: string): { name: string; content: unknown } {
  const [entry] = Object.entries(parser.parse(text) as Record<string, unknown>).filter(([name]) => name !== "?xml");
  return { name: entry?.[0] ?? "", content: entry?.[1] ?? "" };
}

/** An element with its content, as a document. */
export function toXml(name: string, content: unknown): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, content)}`;
}

/** A list is its element again and again; what is not there is left out. */
function element(name: string, content: unknown): string {
  if (Array.isArray(content)) return content.map((item) => element(name, item)).join("");
  if (content === undefined || content === null) return "";
  const inside =
    typeof content === "object"
      ? Object.entries(content)
          .map(([inner, value]) => element(inner, value))
          .join("")
      : escape(asText(content));
  return `<${name}>${inside}</${name}>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}

/** Reads an element's content by the model of the same name: XML does not say what is a list, and has texts only. */
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
