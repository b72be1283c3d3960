/** The sizes of releases during a rollout: on groups in memory. */
import assert from "node:assert/strict";
import type { Share } from "../../../components/clouds/checks.remote";
import { heldSizes } from "../../../components/clouds/held-sizes.remote";
import { simulatedClock } from "../../support/clock";

interface Group {
  size: number;
  min: number;
  max: number;
}

describe("the sizes during a rollout", () => {
  simulatedClock();
  const share = (release: string, schedules: Required<Share>["bounds"]["schedules"] = []): Share => ({
    ...{ release, version: release, image: "", passed: [], weight: 100, targetGroup: `tg-${release}` },
    ...{ servers: { targetGroup: `tg-${release}`, group: release, cluster: "" }, startWithin: 300 },
    bounds: { min: 2, max: 8, schedules },
  });
  const sizes = (groups: Record<string, Group>, shares: readonly Share[], failures = { left: 0 }) =>
    heldSizes(shares, ({ group: name }) => {
      const group = groups[name];
      return {
        size: () => Promise.resolve(group?.size),
        read: () => Promise.resolve(group && { min: group.min, max: group.max }),
        set: (bounds) => {
          if (failures.left-- > 0) return Promise.reject(new Error("Throttling"));
          Object.assign(group ?? assert.fail(), bounds);
          return Promise.resolve();
        },
        resize: () => assert.fail("nothing is resized"),
      };
    });

  it("are held at what the groups have, and let go to the stack file's min", async () => {
    const groups = { a: { size: 6, min: 2, max: 8 }, b: { size: 2, min: 2, max: 8 }, c: { size: 5, min: 2, max: 8 } };
    const held = sizes(groups, [share("a"), share("b"), share("c")]);
    await held.hold(["tg-a", "tg-b", "tg-x"]);
    assert.deepEqual([groups.a.min, groups.b.min, groups.c.min], [6, 2, 2]);
    await held.letGo();
    assert.deepEqual(groups.a, { size: 6, min: 2, max: 8 });
  });

  it("are left alone of a release that is kept without traffic, which its group holds itself", async () => {
    const groups = { a: { size: 6, min: 6, max: 8 }, b: { size: 6, min: 2, max: 8 } };
    const held = sizes(groups, [share("a"), { ...share("a"), weight: 0, kept: true }, share("b")]);
    await held.hold(["tg-a", "tg-b"]);
    await held.letGo();
    assert.deepEqual([groups.a.min, groups.b.min], [6, 2]);
    const back = sizes(groups, [{ ...share("a"), weight: 0, kept: true }, share("a")]);
    await back.letGo();
    assert.equal(groups.a.min, 2);
  });

  it("are let go to the min of the schedule that has passed last, also by the update after an interrupted one", async () => {
    const groups = { a: { size: 6, min: 6, max: 12 } };
    await sizes(groups, [share("a", [{ schedule: "* * * * *", timezone: "UTC", min: 4, max: 12 }])]).letGo();
    assert.deepEqual(groups.a, { size: 6, min: 4, max: 12 });
  });

  it("are let go although a request fails, and never fail a rollout that has passed", async () => {
    const groups = { a: { size: 6, min: 6, max: 8 } };
    await sizes(groups, [share("a")], { left: 2 }).letGo();
    assert.equal(groups.a.min, 2);
    groups.a.min = 6;
    await sizes(groups, [share("a")], { left: 3 }).letGo();
    assert.equal(groups.a.min, 6);
  });

  it("are not those of a group that is gone, or that an earlier version recorded", async () => {
    const held = sizes({}, [share("a"), { ...share("b"), bounds: undefined }]);
    await held.hold(["tg-a", "tg-b"]);
    await held.letGo();
  });
});
