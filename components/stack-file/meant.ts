import { isMapping } from "./values";
import { nearestName } from "./problems";

/** What was probably meant by a value of the wrong type or form: the end of a message, undefined where nobody knows. */

const seconds = { s: 1, sec: 1, m: 60, min: 60, h: 3600 } as const;

/** A number that is written as a text, such as "8080". */
export function numberMeant(value: unknown): string | undefined {
  return typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? `give ${value}, without quotes` : undefined;
}

/** A time with a unit, such as 5m. */
export function secondsMeant(value: unknown): string | undefined {
  const [, amount, unit] = /^(\d+) ?(s|sec|m|min|h)$/.exec(String(value)) ?? [];
  if (amount === undefined) return numberMeant(value);
  return `${String(value)} is ${Number(amount) * seconds[unit as keyof typeof seconds]}`;
}

/** What YAML 1.1 and people take for true and false. */
export function booleanMeant(value: unknown): string | undefined {
  const word = String(value).toLowerCase();
  if (["yes", "on", "true", "1"].includes(word)) return "give true, without quotes";
  return ["no", "off", "false", "0"].includes(word) ? "give false, without quotes" : undefined;
}

/** One item in place of a list. */
export function listMeant(value: unknown): string | undefined {
  if (isMapping(value)) return "put a dash before it: each item of a list begins with one";
  if (typeof value === "string" && /\s/.test(value)) return "put each part on a line of its own, with a dash before it";
  return typeof value === "string" || typeof value === "number" ? "put a dash before it" : undefined;
}

/** A word in other letters, or one with another name for it. */
export function wordMeant(value: unknown, words: readonly string[]): string | undefined {
  if (typeof value !== "string") return undefined;
  const meant = otherNames[value.toLowerCase()];
  const word = words.find((one) => one === meant) ?? nearestName(value, words);
  return word === undefined ? undefined : `did you mean "${word}"?`;
}

/** Other names of the words that a stack file has. */
const otherNames: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  x64: "x86_64",
  "x86-64": "x86_64",
  x86: "x86_64",
  aarch64: "arm64",
  arm: "arm64",
  graviton: "arm64",
  fargate: "container",
  ecs: "container",
  eci: "container",
  docker: "container",
  kubernetes: "container",
  k8s: "container",
  ec2: "vm",
  machine: "vm",
  server: "vm",
  instance: "vm",
  aliyun: "alicloud",
  alibaba: "alicloud",
  alibabacloud: "alicloud",
  amazon: "aws",
  none: "endpoints",
  private: "endpoints",
  retain: "keep",
  destroy: "delete",
  snapshot: "keep",
  cpuutilization: "cpu",
  memoryutilization: "memory",
  rps: "requests",
  requestcount: "requests",
  requestcountpertarget: "requests",
  pipeline: "here",
  china: "Domestic",
  intl: "International",
};

/** vCPUs in the units of Fargate or of Kubernetes. */
export function cpuMeant(value: unknown): string | undefined {
  const [, thousandths] = /^(\d+)m$/.exec(String(value)) ?? [];
  if (thousandths !== undefined) return `${String(value)} is ${Number(thousandths) / 1000}`;
  const units = Number(value);
  return units >= 256 && units % 256 === 0
    ? `size.cpu is in vCPUs: ${units} CPU units of Fargate are ${units / 1024}`
    : numberMeant(value);
}

/** GiB in MiB, or with a unit. */
export function memoryMeant(value: unknown): string | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?) ?(Mi?B?|Gi?B?)$/i.exec(String(value)) ?? [];
  if (amount !== undefined)
    return `${String(value)} is ${unit.toLowerCase().startsWith("m") ? Number(amount) / 1024 : Number(amount)}`;
  const mebibytes = Number(value);
  return mebibytes >= 512 && mebibytes % 256 === 0
    ? `size.memoryGiB is in GiB: ${mebibytes} MiB are ${mebibytes / 1024}`
    : numberMeant(value);
}

/** A range of one IPv4 address, or of IPv6. */
export function rangeMeant(value: unknown): string | undefined {
  const text = String(value);
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return `one address is ${text}/32`;
  if (text === "::/0") return "all of IPv4 is 0.0.0.0/0";
  return text.includes(":") ? "IPv6 is not supported" : undefined;
}
