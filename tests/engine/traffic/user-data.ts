import { gunzipSync } from "node:zlib";
import { parse } from "yaml";

/** The path of an instance's environment file. */
export const ENVIRONMENT_FILE = "/etc/immutable-service/environment";

/** A file that cloud-init writes. */
export interface WrittenFile {
  path: string;
  content: string;
  permissions: string | undefined;
}

function decoded(content: unknown, encoding: unknown): string {
  const text = typeof content === "string" ? content : "";
  switch (encoding) {
    case undefined:
    case null:
    case "":
    case "text/plain":
      return text;
    case "b64":
    case "base64":
      return Buffer.from(text, "base64").toString("utf8");
    case "gz+b64":
    case "gz+base64":
    case "gzip+b64":
    case "gzip+base64":
      return gunzipSync(Buffer.from(text, "base64")).toString("utf8");
    default:
      throw new Error(`write_files: unknown encoding: ${String(encoding)}`);
  }
}

/** The files in a launch template's user data: a `#cloud-config` in YAML or JSON, in base64 and optionally gzipped. */
export function writtenFiles(userData: string): WrittenFile[] {
  const raw = Buffer.from(userData, "base64");
  const text = (raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString("utf8");
  if (!/^#cloud-config\s*\n/.test(text)) throw new Error(`user data is not a #cloud-config: ${text.slice(0, 60)}`);
  const config = parse(text) as { write_files?: Record<string, unknown>[] } | null;
  return (config?.write_files ?? []).map((file) => ({
    path: String(file.path),
    content: decoded(file.content, file.encoding),
    permissions: typeof file.permissions === "string" ? file.permissions : undefined,
  }));
}

/** Parses a file as systemd's `EnvironmentFile=` does: comments, both kinds of quotes, backslashes, continued lines. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  let at = 0;
  const skipLine = (): void => {
    const lineEnd = text.indexOf("\n", at);
    at = lineEnd < 0 ? text.length : lineEnd + 1;
  };
  while (at < text.length) {
    if (/[\s]/.test(text[at] ?? "")) {
      at += 1;
      continue;
    }
    const name = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(text.slice(at))?.[1];
    if (name === undefined) {
      // A comment, or a line that systemd ignores with a warning.
      skipLine();
      continue;
    }
    at += name.length + 1;
    let value = "";
    // Trailing blanks are dropped from an unquoted part and kept in a quoted one.
    let keep = 0;
    let quote = "";
    for (; at < text.length; at += 1) {
      const character = text[at] ?? "";
      if (quote === "" && character === "\n") break;
      if (quote === "" && (character === '"' || character === "'") && value.slice(keep).trim() === "")
        quote = character;
      else if (quote !== "" && character === quote) quote = "";
      else if (character === "\\" && quote !== "'") {
        const next = text[at + 1] ?? "";
        at += 1;
        if (next === "\n") continue;
        // In double quotes a backslash is literal except before these.
        value += quote === '"' && !/["\\`$]/.test(next) ? `\\${next}` : next;
        keep = value.length;
        continue;
      } else if (quote !== "" || value !== "" || !/[ \t]/.test(character)) {
        value += character;
      }
      if (quote !== "" || !/[ \t\r]/.test(character)) keep = value.length;
    }
    variables[name] = value.slice(0, keep);
  }
  return variables;
}
