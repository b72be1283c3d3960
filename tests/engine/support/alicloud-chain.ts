/** One service's life through a row of faults. Chains live side by side; within one, each step builds on the step before. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import type { AlicloudDouble } from "../../../packages/alicloud-double/src";
import type { AlicloudWorld } from "./alicloud-world";
import type { ServiceStack } from "./world";

/** What a step works with. */
export interface Life {
  stack: ServiceStack;
  double: AlicloudDouble;
  /** Who gets the service's traffic: versions to percent. */
  shares: () => Record<string, number>;
}

/** Register its steps with `step`, give it a cloud with `begin` in `before`: from then on they run one after the other, beside other chains. */
export class Chain {
  private readonly steps: { act: (life: Life) => Promise<void>; settle: (error?: unknown) => void }[] = [];
  private world: AlicloudWorld | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly title: string) {}

  /** Whether a request for this is under way, or was, that the cloud leaves without an answer. */
  hangs(action: string): boolean {
    return this.world?.double.calls.some((call) => call.action === action && call.result === "dropped") ?? false;
  }

  /** Registers a test that is this step's outcome. After a step that failed the others are not tried. */
  step(title: string, act: (life: Life) => Promise<void>): void {
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

  /** Registers the last step: everything is deleted, in the state and in the cloud. */
  endsEmpty(): void {
    this.step("leaves nothing behind", async ({ stack, double }) => {
      await stack.run.destroy();
      assert.deepEqual((await stack.run.exportState()).deployment.resources ?? [], []);
      assert.deepEqual(double.inventory(), {});
      assert.deepEqual(double.misunderstood, []);
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
    this.running = this.live({ stack, double: world.double, shares });
  }

  /** Waits for the step under way, if any, and closes the cloud. */
  async close(): Promise<void> {
    await this.running;
    await this.world?.close();
  }

  private async live(life: Life): Promise<void> {
    const steps = this.steps.values();
    for (const { act, settle } of steps) {
      try {
        await act(life);
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
