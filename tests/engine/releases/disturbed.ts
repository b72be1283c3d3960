import assert from "node:assert/strict";
import type { Scenario } from "./releases";
import { id, rollout } from "./steps";

/** Rollouts with what happens in a cloud meanwhile. */
export const disturbed: readonly Scenario[] = [
  {
    name: "a release that breaks during the bake loses its requests to the one before, which is there at its full size",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const size = await releases.live(old);
      const version = releases.next();
      const [begun, half] = [
        { [old]: 95, [version]: 5 },
        { [old]: 50, [version]: 50 },
      ];
      await releases.fails(
        { version },
        {
          splits: [{ [old]: 100 }, begun, half, { [version]: 100 }, { [old]: 100 }],
          message: new RegExp(`taken back: ${id(version)} at 100 %: `),
          seen: (split) => {
            if (split[version] === 100) releases.cloud.fail(version);
          },
        },
      );
      assert.deepEqual(await releases.live(old), size);
      assert.equal((await releases.groups())[old]?.serving, size.desired);
      await releases.up({ version: old });
      await releases.unchanged();
    },
  },
  {
    name: "a rollout whose calls are throttled, or lose their answers, takes its steps, and takes back what is bad",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      const { cloud } = releases;
      cloud.disturb("lose", 1);
      const steps = await releases.splitsDuring(
        () => releases.up({ version }),
        (split) => {
          if (split[version] === 5) cloud.disturb("throttle", 3);
        },
      );
      assert.deepEqual(steps, [
        { [old]: 100 },
        { [old]: 95, [version]: 5 },
        { [old]: 50, [version]: 50 },
        { [version]: 100 },
      ]);
      await releases.unchanged();
      const bad = releases.next();
      await releases.fails(
        { version: bad },
        {
          splits: [{ [version]: 100 }, { [version]: 95, [bad]: 5 }, { [version]: 100 }],
          seen: (split) => {
            if (split[bad] !== 5) return;
            cloud.disturb("throttle", 3);
            cloud.fail(bad);
          },
        },
      );
      await releases.up({ version });
    },
  },
  {
    name: "a rollout whose split somebody else sets leaves it as it is, and the next update goes on",
    async run(releases) {
      const old = await releases.serving({ rollout });
      const version = releases.next();
      const byHand = { [old]: 80, [version]: 20 };
      await releases.fails(
        { version },
        {
          splits: [{ [old]: 100 }, { [old]: 95, [version]: 5 }, byHand],
          message: /the traffic split was changed in the cloud while a release was rolled out/,
          seen: async (split) => {
            if (split[version] === 5) await releases.shiftByHand(version, 20);
          },
        },
      );
      const onwards = await releases.splitsDuring(() => releases.up({}));
      assert.deepEqual(onwards, [byHand, { [old]: 50, [version]: 50 }, { [version]: 100 }]);
      await releases.unchanged();
    },
  },
];
