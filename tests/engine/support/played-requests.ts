/** Requests to a service that nobody sends: they are counted in the metrics of the load balancer, by the traffic split of the moment. */
import { pause } from "./processes";

/** The requests to one release since the share before. */
export interface PlayedShare {
  /** The id of the release. */
  readonly release: string;
  readonly requests: number;
  /** How many of them get a status from 500 on. */
  readonly errors: number;
  /** The time of each response, in milliseconds. */
  readonly milliseconds: number;
}

/** Whole requests and whole errors from rates, about a tenth of a second at a time. */
export class PlayedRequests {
  /** Requests a second in all, by the machine's clock. */
  rate = 1500;
  /** The share of requests that fails, by a release's version. */
  readonly failing = new Map<string, number>();
  /** The milliseconds that responses take, by a release's version. Default: 20. */
  readonly latency = new Map<string, number>();
  private readonly rests = new Map<string, number>();
  private running: Promise<void> = Promise.resolve();
  private isOver = false;

  /**
   * Plays until it is stopped.
   *
   * @param split the weights by release, which add up to 100
   * @param count counts the requests of one release
   */
  start(
    split: () => Promise<Record<string, number>> | Record<string, number>,
    count: (share: PlayedShare) => unknown,
  ): void {
    this.running = (async () => {
      let last = Date.now();
      while (!this.isOver) {
        // By the time that has passed: a busy machine plays fewer and larger shares.
        const seconds = (Date.now() - last) / 1000;
        last = Date.now();
        for (const [release, weight] of Object.entries(await split())) {
          const version = release.replace(/-[0-9a-f]{6}$/, "").replaceAll("-", ".");
          const requests = this.whole(`${release} requests`, (this.rate * seconds * weight) / 100);
          const errors = this.whole(`${release} errors`, requests * (this.failing.get(version) ?? 0));
          if (requests > 0) await count({ release, requests, errors, milliseconds: this.latency.get(version) ?? 20 });
        }
        await pause(100);
      }
    })();
  }

  /** Stops it. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  /** The whole part of an amount, with what was left of the ones before. */
  private whole(name: string, amount: number): number {
    const all = amount + (this.rests.get(name) ?? 0);
    this.rests.set(name, all - Math.floor(all));
    return Math.floor(all);
  }
}
