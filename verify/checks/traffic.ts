import { type Answer, answerText, at, insideRemedy, isGood, isOutside, send } from "../http";
import type { LiveRelease, Subject } from "../subject";
import { type Check, type Verdict, failed, passed, unseen } from "../verdict";

/** The path at which an app may answer with its release, as JSON with the field `release`. */
export const versionPath = "/version";

/** A response of a release, as far as it says of which one. */
export interface ReleaseAnswer extends Answer {
  /** The release that answered; undefined where the response does not say. */
  readonly release?: string | undefined;
}

/** What requests with the header `X-Release` of one release met. */
export interface HeaderFacts {
  readonly release: string;
  /** With the release's key. */
  readonly keyed: ReleaseAnswer;
  /** With another key. */
  readonly wrong: ReleaseAnswer;
}

/** How the load balancer's rules share the requests. */
export interface RuleFacts {
  /** Percent by release; a target group of no known release stands under its id. */
  readonly shares: ReadonlyMap<string, number>;
  /** The values of `X-Release` that rules match. */
  readonly headers: readonly string[];
}

const revert = "run pulumi up, which sets the traffic split again; if a release is wrong, revert the change and update";

/** Judges responses at the address: those of the health path, and those that name their release. */
export function judgeAddress(
  releases: readonly LiveRelease[],
  health: Answer,
  answers: readonly ReleaseAnswer[],
  internal = false,
): Verdict {
  if (isOutside(health, internal)) return unseen(`the load balancer is internal: ${answerText(health)}`, insideRemedy);
  const serving = releases.filter(({ weight }) => weight > 0).map(({ id }) => id);
  if (!isGood(health)) return failed(`the health path: ${answerText(health)}`, addressRemedy);
  const named = answers.flatMap(({ release }) => (release === undefined ? [] : [release]));
  const broken = answers.find(({ status = 500 }) => status >= 500);
  if (broken !== undefined) return failed(`${versionPath}: ${answerText(broken)}`, addressRemedy);
  if (named.length < answers.length)
    return unseen(
      `the health path answers with ${answerText(health)}, but nothing says by which release`,
      `let the app answer GET ${versionPath} with {"release": …} of SERVICE_RELEASE`,
    );
  const strangers = named.filter((id) => !serving.includes(id));
  return strangers.length > 0
    ? failed(`answered by ${unique(strangers)}, but the outputs name ${serving.join(" and ")}`, revert)
    : passed(`${answers.length} requests answered by ${unique(named)}`);
}

const addressRemedy = "look at the load balancer's targets (output links.loadBalancer) and at the logs (links.logs)";

/**
 * Judges whether the header reaches each release. Without its rule, the release that has all traffic answers in any
 * case: the rule is wanted beside the response.
 */
export function judgeReach(
  { releaseKey, internal }: Pick<Subject, "releaseKey" | "internal">,
  facts: readonly HeaderFacts[],
  { headers }: RuleFacts,
): Verdict {
  const outside = facts.some(({ keyed }) => isOutside(keyed, internal));
  const unreached = facts.flatMap(({ release, keyed }) => {
    if (!isOutside(keyed, internal) && (!isGood(keyed) || (keyed.release !== undefined && keyed.release !== release)))
      return [`${release}: ${keyed.release ?? answerText(keyed)}`];
    return headers.includes(`${release}-${releaseKey}`) ? [] : [`${release}: no rule for its key`];
  });
  if (unreached.length > 0)
    return failed(unreached.join("; "), "run pulumi up --refresh, which creates the header rules again");
  if (outside) return unseen("the load balancer is internal; each release has its rule", insideRemedy);
  const silent = facts.filter(({ keyed }) => keyed.release === undefined);
  return silent.length > 0
    ? unseen(`${silent.map(({ release }) => release).join(", ")}: a response that does not name its release`)
    : passed(facts.map(({ release }) => release).join(", "));
}

/** Judges whether nobody reaches a release without its key. */
export function judgeKey(
  subject: Pick<Subject, "releases" | "releaseKey">,
  facts: readonly HeaderFacts[],
  rules: RuleFacts,
): Verdict {
  const expected = subject.releases.map(({ id }) => `${id}-${subject.releaseKey}`);
  const others = rules.headers.filter((value) => !expected.includes(value));
  const idle = new Set(subject.releases.filter(({ weight }) => weight === 0).map(({ id }) => id));
  const reached = facts.filter(({ release, wrong }) => idle.has(release) && wrong.release === release);
  if (reached.length > 0)
    return failed(`a wrong key reaches ${reached.map(({ release }) => release).join(", ")}`, keyRemedy);
  // The value is a key: only its beginning is shown.
  if (others.length > 0)
    return failed(`${others.length} rule(s) for other values, such as "${others[0]?.slice(0, 12)}…"`, keyRemedy);
  return passed(`${rules.headers.length} rule(s), all with the stack's key`);
}

const keyRemedy = "delete the load balancer's rules for X-Release that are not this stack's, and run pulumi up";

/** Judges the load balancer's rule against the outputs. */
export function judgeSplit(releases: readonly LiveRelease[], { shares }: RuleFacts): Verdict {
  const wanted = new Map(releases.map(({ id, weight }) => [id, weight]));
  const ids = [...new Set([...wanted.keys(), ...shares.keys()])];
  const wrong = ids.filter((id) => (wanted.get(id) ?? 0) !== (shares.get(id) ?? 0));
  const text = (map: ReadonlyMap<string, number>) =>
    [...map].map(([id, share]) => `${id} ${share} %`).join(", ") || "no release";
  return wrong.length > 0
    ? failed(`${text(shares)}, but the outputs say ${text(wanted)}`, revert)
    : passed(text(shares));
}

function unique(ids: readonly string[]): string {
  return [...new Set(ids)].join(" and ");
}

/** The release that a response names: JSON with a field `release`, or the id alone. */
export function releaseIn(body = "", known: readonly string[]): string | undefined {
  const text = body.trim();
  if (known.includes(text)) return text;
  try {
    const { release } = JSON.parse(text) as { release?: unknown };
    return typeof release === "string" ? release : undefined;
  } catch {
    return undefined;
  }
}

/** The checks of the address, by requests and by the load balancer's rules. */
export function trafficChecks(subject: Subject, url: string | undefined, readRules: () => Promise<RuleFacts>): Check[] {
  const { releases, releaseKey, gateUrl, spec } = subject;
  const known = releases.map(({ id }) => id);
  const path = spec.releases[0].shape.health.path;
  const named = async (base: string, header?: string): Promise<ReleaseAnswer> => {
    // The load balancer's own name is not in the certificate, and nothing secret but the key of a release is sent.
    const trusted = base !== gateUrl;
    const headers: Record<string, string> = header === undefined ? {} : { "X-Release": header };
    const answer = await send({ url: at(base, versionPath), headers, trusted });
    if (isGood(answer)) return { ...answer, release: releaseIn(answer.body, known) };
    return header === undefined ? answer : send({ url: at(base, path), headers, trusted });
  };
  const facts = memoized(() =>
    Promise.all(
      known.map(async (release): Promise<HeaderFacts> => {
        const base = url ?? gateUrl;
        const [keyed, wrong] = await Promise.all([
          named(base, `${release}-${releaseKey}`),
          named(base, `${release}-${releaseKey === "00000000" ? "11111111" : "00000000"}`),
        ]);
        return { release, keyed, wrong };
      }),
    ),
  );
  const rules = memoized(readRules);
  return [
    {
      name: "address",
      run: async () => {
        const base = url ?? subject.url;
        const [health, ...answers] = await Promise.all([
          send({ url: at(base, path) }),
          ...Array.from({ length: 10 }, () => named(base)),
        ]);
        return judgeAddress(releases, health, answers, subject.internal);
      },
    },
    { name: "traffic split", run: async () => judgeSplit(releases, await rules()) },
    { name: "X-Release reaches each release", run: async () => judgeReach(subject, await facts(), await rules()) },
    { name: "X-Release needs the key", run: async () => judgeKey(subject, await facts(), await rules()) },
  ];
}

function memoized<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
