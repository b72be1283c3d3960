import { now, sleep } from "../../components/clock.remote";
import { answerText, at, isGood, send } from "../http";
import type { Subject } from "../subject";
import { type Verdict, failed, passed } from "../verdict";

/** The instances of the current release, and what kills one of them. */
export interface Disruptor {
  /** The ids of those that serve. */
  readonly serving: () => Promise<readonly string[]>;
  /** Ends one as an operator could do it in the console. */
  readonly kill: (id: string) => Promise<void>;
}

/** What the loss of an instance did. */
export interface DisruptionFacts {
  readonly killed: string;
  readonly sent: number;
  readonly failed: number;
  /** Seconds until as many instances as before served again, without the killed one; undefined: not within the limit. */
  readonly replacedAfter: number | undefined;
}

/** Seconds within which the instance has to be replaced: a virtual machine boots, and its app starts. */
export const replaceSeconds = 900;

/** The largest part of the requests that may fail: those that were on the instance, and until its target is unhealthy. */
export const lostShare = 0.05;

/** Judges the loss of an instance. */
export function judgeDisruption({ killed, sent, failed: lost, replacedAfter }: DisruptionFacts): Verdict {
  const requests = `${lost} of ${sent} requests failed`;
  if (replacedAfter === undefined)
    return failed(
      `${killed} was not replaced within ${replaceSeconds} s; ${requests}`,
      "look at the group's activities",
    );
  const saw = `${killed} was replaced after ${Math.round(replacedAfter)} s; ${requests}`;
  return lost > sent * lostShare
    ? failed(saw, "run more instances, or lower health.unhealthyAfter, so that one that is lost matters less")
    : passed(saw);
}

/**
 * Kills an instance while requests are sent, and waits for its replacement. Throws, and kills none, where fewer than two
 * serve or the address does not answer.
 */
export async function disrupt(
  { spec, url: own }: Subject,
  url: string | undefined,
  disruptor: Disruptor,
): Promise<Verdict> {
  const before = await disruptor.serving();
  const [killed, other] = before;
  if (killed === undefined || other === undefined)
    throw new Error(
      `${before.length} instance(s) serve: with fewer than two the service would be down, so none was killed`,
    );
  const address = at(url ?? own, spec.releases[0].shape.health.path);
  const first = await send({ url: address });
  if (!isGood(first)) throw new Error(`the address does not answer (${answerText(first)}), so none was killed`);
  const counts = { sent: 0, failed: 0 };
  const requests = new Set<Promise<void>>();
  const load = setInterval(() => {
    counts.sent += 1;
    const request = send({ url: address }).then((answer) => {
      if (!isGood(answer)) counts.failed += 1;
      requests.delete(request);
    });
    requests.add(request);
  }, 100);
  try {
    const start = now();
    await disruptor.kill(killed);
    let replacedAfter: number | undefined;
    while (replacedAfter === undefined && now() < start + replaceSeconds * 1000) {
      await sleep(2000);
      const serving = await disruptor.serving().catch((): readonly string[] => []);
      if (!serving.includes(killed) && serving.length >= before.length) replacedAfter = (now() - start) / 1000;
    }
    clearInterval(load);
    await Promise.all(requests);
    return judgeDisruption({ killed, ...counts, replacedAfter });
  } finally {
    clearInterval(load);
  }
}
