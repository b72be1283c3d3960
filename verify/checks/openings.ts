import { type Verdict, failed, passed } from "../verdict";

/** Whom a rule admits, and on which ports. */
export interface Admission {
  /** A security group's id, or a range of addresses. */
  readonly from: string;
  /** Such as 8080, 80-90 or all. */
  readonly ports: string;
}

/** The ports of a rule in words. */
export function portsText(from: number | undefined, to: number | undefined): string {
  if (from === undefined || from < 0) return "all";
  return from === to || to === undefined ? String(from) : `${from}-${to}`;
}

/** Judges whom something admits against whom the stack admits. */
export function judgeAdmissions(planned: readonly Admission[], live: readonly Admission[]): Verdict {
  const text = ({ from, ports }: Admission) => `${from} on ${ports}`;
  const expected = new Set(planned.map(text));
  const found = new Set(live.map(text));
  const more = [...found].filter((one) => !expected.has(one));
  const less = [...expected].filter((one) => !found.has(one));
  if (more.length > 0) return failed(`admits ${more.join(", ")}`, "remove the rule: it is not this stack's");
  if (less.length > 0) return failed(`no longer admits ${less.join(", ")}`, "run pulumi up --refresh");
  return passed(`admits ${[...found].join(", ") || "nobody"}`);
}

/** Judges a load balancer's listeners, such as HTTP 80, against those that the stack has. */
export function judgeListeners(planned: readonly string[], live: readonly string[]): Verdict {
  const more = live.filter((one) => !planned.includes(one));
  const less = planned.filter((one) => !live.includes(one));
  if (more.length > 0) return failed(`also ${more.join(", ")}`, "delete the listener: it is not this stack's");
  if (less.length > 0) return failed(`no ${less.join(", ")}`, "run pulumi up --refresh");
  return passed(live.join(", "));
}

/** What a cloud says of the public access to a bucket: for each protection, whether it is in force. */
export type BucketFacts = Readonly<Record<string, boolean>>;

/** Judges the protections of a bucket, or of another store. */
export function judgeStore(name: string, facts: BucketFacts): Verdict {
  const open = Object.entries(facts).flatMap(([protection, inForce]) => (inForce ? [] : [protection]));
  return open.length > 0
    ? failed(`${name}: not in force: ${open.join(", ")}`, "run pulumi up --refresh, and look who has changed it")
    : passed(`${name}: ${Object.keys(facts).join(", ")}`);
}

/** Judges the public addresses of instances. */
export function judgeAddresses(instances: number, publicAddresses: readonly string[]): Verdict {
  return publicAddresses.length > 0
    ? failed(publicAddresses.join(", "), "release the addresses: instances are reached through the load balancer alone")
    : passed(`none on ${instances} instance(s)`);
}
