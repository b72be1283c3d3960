/** Corrections of the emulator's answers, and helpers to read requests and write XML. */
import { escaped, type AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";

/** An answer before it is sent to the client. */
export interface EmulatorAnswer {
  status: number;
  body: string;
}

/** Changes the emulator's answers to matching calls into AWS's. */
export interface Correction {
  match: (call: AwsCall) => boolean;
  change: (answer: EmulatorAnswer, call: AwsCall, cloud: CloudReader) => EmulatorAnswer | Promise<EmulatorAnswer>;
}

/** A field of a query request; undefined when it is missing. */
export function field(call: AwsCall, name: string): string | undefined {
  const value = call.parameters[name];
  return typeof value === "string" ? value : undefined;
}

/** The numbered fields of a query request, from 1 to the first missing one. */
export function numbered(call: AwsCall, name: (index: number) => string): string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = field(call, name(index));
    if (value === undefined) return values;
    values.push(value);
  }
}

/** An XML element with escaped text, or an empty string for undefined. For XML content use `inside`. */
export function element(name: string, content: string | number | boolean | undefined): string {
  return content === undefined ? "" : inside(name, escaped(String(content)));
}

/** An XML element with XML content. */
export function inside(name: string, ...content: string[]): string {
  return `<${name}>${content.join("")}</${name}>`;
}

/** Rewrites each list member whose first element is `key`; `change` gets the member and that element's text. */
export function eachMember(xml: string, key: string, change: (member: string, id: string) => string): string {
  const firstElement = new RegExp(`^<member><${key}>([^<]*)`);
  return xml
    .split(new RegExp(`(?=<member><${key}>)`))
    .map((piece) => {
      const id = firstElement.exec(piece)?.[1];
      return id === undefined ? piece : change(piece, id);
    })
    .join("");
}
