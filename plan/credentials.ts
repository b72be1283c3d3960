import { fingerprint } from "../components/id";
import { isCredential } from "../components/stack-file/credentials";
import { isMapping } from "../components/stack-file/values";

/** Words for a value that is masked already, unknown, or the output of another resource. */
const inWords = /^(\[.*\]|<.*>)$/s;

/**
 * A copy of a plan, or of a part of one, without what looks like a credential: a plan is printed into logs and
 * comments. A fingerprint is in its place, so that a change still shows; the release's id has one of the value too.
 */
export function withoutCredentials<T>(plan: T): T {
  const found: string[] = [];
  const masked = (name: string, value: unknown): unknown => {
    if (typeof value !== "string" || inWords.test(value) || !isCredential(name, value)) return undefined;
    found.push(name);
    return `[masked ${fingerprint(value)}]`;
  };
  const visit = (value: unknown): unknown => {
    if (typeof value === "string") return visitText(value);
    if (Array.isArray(value)) return unlessSame(value, value.map(visit));
    if (!isMapping(value)) return value;
    // A container's variables are a list: on AWS of name and value, on Alibaba Cloud of key and value.
    const name = value.name ?? value.key;
    const visited: Record<string, unknown> = {};
    for (const [key, part] of Object.entries(value))
      visited[key] =
        // References of secrets, whose names are those of credentials.
        key === "secrets"
          ? part
          : (masked(key === "value" && typeof name === "string" ? name : key, part) ?? visit(part));
    return unlessSame(value, visited);
  };
  const visitText = (text: string): string => {
    if (!/^[[{]/.test(text)) return text;
    try {
      const value = JSON.parse(text) as unknown;
      const visited = visit(value);
      const [before, after] = [JSON.stringify(value), JSON.stringify(visited)];
      return before === after ? text : after;
    } catch {
      return text;
    }
  };
  const visited = visit(plan);
  return (found.length > 0 ? withoutUserData(visited) : plan) as T;
}

/** The original where nothing in it was masked: a large plan is not in memory twice. */
function unlessSame<T extends object>(original: T, visited: T): T {
  const [before, after] = [Object.values(original), Object.values(visited)];
  return after.every((part, index) => part === before[index]) ? original : visited;
}

/** A virtual machine's user data has its variables in base64. */
function withoutUserData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUserData);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      /^userData/.test(key) && typeof part === "string" && !inWords.test(part)
        ? `[masked ${fingerprint(part)}]`
        : withoutUserData(part),
    ]),
  );
}
