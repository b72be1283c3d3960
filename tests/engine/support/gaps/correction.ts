/** What a correction of the emulator is made of. */
import type { AwsCall } from "../aws-call";

/** An answer on its way to the client. */
export interface Said {
  status: number;
  body: string;
}

/** Turns what the emulator answers to matching calls into what AWS answers. */
export interface Correction {
  match: (call: AwsCall) => boolean;
  change: (said: Said, call: AwsCall) => Said;
}

/** A field of a query request. */
export function field(call: AwsCall, name: string): string | undefined {
  const value = call.parameters[name];
  return typeof value === "string" ? value : undefined;
}

/** Numbered fields of a query request, from 1 up to the first that is missing. */
export function numbered(call: AwsCall, name: (index: number) => string): string[] {
  const found: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = field(call, name(index));
    if (value === undefined) return found;
    found.push(value);
  }
}

/** An XML element; nothing for nothing. Content that is XML itself is given by `inside`. */
export function element(name: string, content: string | number | boolean | undefined): string {
  const text = String(content).replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? sign);
  return content === undefined ? "" : inside(name, text);
}

/** An XML element around other XML. */
export function inside(name: string, ...content: string[]): string {
  return `<${name}>${content.join("")}</${name}>`;
}

/** Rewrites each member of a list that begins with the element `key`; `change` gets the member and that element's text. */
export function eachMember(xml: string, key: string, change: (member: string, id: string) => string): string {
  const begins = new RegExp(`^<member><${key}>([^<]*)`);
  return xml
    .split(new RegExp(`(?=<member><${key}>)`))
    .map((piece) => {
      const id = begins.exec(piece)?.[1];
      return id === undefined ? piece : change(piece, id);
    })
    .join("");
}
