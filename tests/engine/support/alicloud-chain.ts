/**
 * A sequence of tests of one service under faults. Chains run in parallel; within one, each step builds on the one
 * before.
 */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import type { AlicloudDouble } from "../../../packages/alicloud-double/src";
import type { AlicloudWorld } from "./alicloud-world";
import type { ServiceStack } from "./world";

/** What a step works with. */
export interface ChainContext {
  stack: ServiceStack;
  double: AlicloudDouble;
  /** The service's traffic split: percent by version. */
  shares: () => Record<string, number>;
}

/**
 * Register its steps with `step`, and start it on a cloud with `begin` in `before`; the steps then run one after the
 * other.
 */
export class Chain {
  private readonly steps: { act: (context: ChainContext) => Promise<void>; settle: (error?: unknown) => void }[] = [];
  private world: AlicloudWorld | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly title: string) {}

  /** Whether the cloud has received a request for this action that it never answers. */
  isUnanswered(action: string): boolean {
    return this.world?.double.calls.some((call) => call.action === action && call.result === "dropped") ?? false;
  }

  /** Registers a test that reports this step's outcome. The steps after a failed one are skipped. */
  step(title: string, act: (context: ChainContext) => Promise<void>): void {
    let settle: (error?: unknown) => void = () => undefined;
    const outcome = new Promise<unknown>((resolve) => {
      settle = resolve;
    });
    this.steps.push({ act, settle });
    it(`${this.title}: ${title}`, async function () {
      const error = await outcome;
      if (error === skipped) this.skip();
      if (error !== undefined) throw error as Error;
    });
  }

  /** Registers the last step: destroy leaves nothing in the state or in the cloud. */
  endsEmpty(): void {
    this.step("leaves nothing in the state or in the cloud after destroy", async ({ stack, double }) => {
      await stack.run.destroy();
      assert.deepEqual((await stack.run.exportState()).deployment.resources ?? [], []);
      assert.deepEqual(double.inventory(), {});
      assert.deepEqual(double.invalidRequests, []);
    });
  }

  /** Starts the first step; does not wait for it. */
  async begin(world: AlicloudWorld, service: ServiceArgs): Promise<void> {
    this.world = world;
    const stack = await world.stack(service);
    const versionOf = (release: string) => release.replace(/-[0-9a-f]{6}$/, "").replaceAll("-", ".");
    const shares = () =>
      Object.fromEntries(
        Object.entries(world.split(service.name)).map(([release, weight]) => [versionOf(release), weight]),
      );
    this.running = this.run({ stack, double: world.double, shares });
  }

  /** Waits for the running step, if any, and closes the cloud. */
  async close(): Promise<void> {
    await this.running;
    await this.world?.close();
  }

  private async run(context: ChainContext): Promise<void> {
    const steps = this.steps.values();
    for (const { act, settle } of steps) {
      try {
        await act(context);
        settle();
      } catch (error) {
        settle(error);
        break;
      }
    }
    for (const { settle } of steps) settle(skipped);
  }
}

const skipped = Symbol("the step before failed");
