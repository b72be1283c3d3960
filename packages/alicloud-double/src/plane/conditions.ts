import type { Raw } from "../services/alb/records";
import { asText } from "../values";
import type { PlaneRequest } from "./request";

interface ConditionConfig {
  Key?: string;
  Values?: (string | { Key?: string; Value?: string })[];
}

/** Whether a request meets a condition of a rule. */
export function meetsCondition(condition: Raw, request: PlaneRequest): boolean {
  const { Key: key = "", Values = [] } = (condition[`${asText(condition["Type"])}Config`] ?? {}) as ConditionConfig;
  const values = Values.filter((value) => typeof value === "string");
  const pairs = Values.filter((value) => typeof value === "object");
  const path = request.path ?? "/";
  switch (condition["Type"]) {
    case "Host": {
      const [host = ""] = (request.host ?? "").split(":");
      return values.some((value) => matchesWildcard(value, host));
    }
    case "Path":
      return values.some((value) =>
        value.startsWith("~") ? new RegExp(value.replace(/^~\*?/, "")).test(path) : matchesWildcard(value, path),
      );
    case "Method":
      return values.includes(request.method ?? "GET");
    case "Header": {
      const header = headersOf(request)[key.toLowerCase()];
      return header !== undefined && values.some((value) => matchesWildcard(value, header));
    }
    case "QueryString":
      return Object.entries(request.query ?? {}).some(([name, text]) =>
        pairs.some(({ Key, Value = "" }) => (!Key || matchesWildcard(Key, name)) && matchesWildcard(Value, text)),
      );
    case "Cookie":
      return cookiesOf(request).some(([name, text]) =>
        pairs.some(({ Key, Value = "" }) => Key === name && matchesWildcard(Value, text)),
      );
    case "SourceIp":
      return values.some((value) => value === "0.0.0.0/0" || value.split("/")[0] === (request.sourceIp ?? "127.0.0.1"));
    default:
      return false;
  }
}

function headersOf(request: PlaneRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}

function cookiesOf(request: PlaneRequest): [name: string, value: string][] {
  const cookies = (headersOf(request)["cookie"] ?? "").split(/;\s*/);
  return cookies.map((cookie) => {
    const [name = "", value = ""] = cookie.split("=");
    return [name, value];
  });
}

/** ALB's wildcards: `*` matches any text, `?` one character. */
function matchesWildcard(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`).test(text);
}
