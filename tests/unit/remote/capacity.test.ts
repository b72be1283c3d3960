/** A split is never left on fewer healthy instances than serve: on groups in memory. */
import assert from "node:assert/strict";
import { asLargeAsServing } from "../../../components/clouds/capacity.remote";
import type { Share } from "../../../components/clouds/checks.remote";
import { now } from "../../../components/clock.remote";
import { simulatedClock } from "../../support/clock";

interface Group {
  desired: number;
  healthy: number;
  max: number;
}

/** Groups of which a new instance becomes healthy in `launch` looks; never where that is infinite. */
class Groups {
  readonly resized: string[] = [];
  looks = 0;

  constructor(
    readonly all: Record<string, Group>,
    private readonly launch = 2,
    private readonly event: (groups: Groups) => void = () => undefined,
  ) {}

  check(shares: readonly Share[], live: Record<string, number>, last = live): Promise<void> {
    const pairs = (split: Record<string, number>) => new Map(Object.entries(split));
    return asLargeAsServing(shares, pairs(live), pairs(last), {
      health: async (targetGroup) => {
        await Promise.resolve();
        this.looks += 1;
        this.event(this);
        const group = this.all[targetGroup] ?? assert.fail(targetGroup);
        if (this.looks % (2 * this.launch) === 0)
          for (const one of Object.values(this.all)) one.healthy = Math.min(one.desired, one.max);
        const healthy = Array.from({ length: group.healthy }, (_, index) => `${targetGroup}-${index}`);
        return { healthy, unhealthy: [] };
      },
      group: ({ group: name }) => {
        const group = this.all[name] ?? assert.fail(name);
        return {
          size: () => Promise.resolve(group.desired),
          read: () => Promise.resolve({ min: 2, max: group.max }),
          set: () => assert.fail("the bounds stay"),
          resize: (size) => {
            this.resized.push(`${name} ${size}`);
            group.desired = size;
            return Promise.resolve();
          },
        };
      },
    });
  }
}

const share = (release: string, weight: number): Share => ({
  ...{ release, version: release, image: "", passed: ["group"], weight, targetGroup: release },
  ...{ servers: { targetGroup: release, group: release, cluster: "" }, startWithin: 300 },
});
const group = (size: number, max = 10): Group => ({ desired: size, healthy: size, max });

describe("the capacity of a traffic split", () => {
  simulatedClock();

  it("is not read where nobody loses all requests, or nothing serves", async () => {
    const groups = new Groups({});
    await groups.check([share("a", 60), share("b", 40)], { a: 90, b: 10 });
    await groups.check([share("b", 100)], {});
    assert.equal(groups.looks, 0);
  });

  it("is read once where the new release has enough", async () => {
    const groups = new Groups({ a: group(6), b: group(6) });
    await groups.check([share("b", 100)], { a: 100 });
    assert.deepEqual([groups.looks, groups.resized], [2, []]);
  });

  it("grows to what serves, where a trigger has moved either group meanwhile", async () => {
    const groups = new Groups({ a: group(8), b: group(6) });
    await groups.check([share("b", 100)], { a: 100 });
    assert.deepEqual(groups.resized, ["b 8"]);
    assert.equal(groups.all.b?.healthy, 8);
  });

  it("follows what serves while it waits", async () => {
    const groups = new Groups({ a: group(7), b: group(6) }, 3, ({ all, looks }) => {
      if (looks === 4 && all.a !== undefined) Object.assign(all.a, group(9));
    });
    await groups.check([share("b", 100)], { a: 100 });
    assert.deepEqual([groups.resized, groups.all.b?.healthy], [["b 7", "b 9"], 9]);
  });

  it("is what max allows, and no more", async () => {
    const groups = new Groups({ a: group(8), b: group(2, 4) });
    await groups.check([share("b", 100)], { a: 100 });
    assert.deepEqual([groups.resized, groups.all.b?.healthy], [["b 4"], 4]);
  });

  it("is counted over all releases of the split, and grows where most of the requests go", async () => {
    const groups = new Groups({ a: group(3), b: group(3), c: group(2, 4), d: group(1) });
    await groups.check([share("c", 70), share("d", 30)], { a: 90, b: 10 });
    assert.deepEqual(groups.resized, ["c 4", "d 2"]);
    const enough = new Groups({ a: group(3), b: group(3), c: group(3) });
    await enough.check([share("a", 50), share("c", 50)], { a: 90, b: 10 });
    assert.deepEqual(enough.resized, []);
  });

  it("does not count what an interrupted update has put into the rule", async () => {
    const groups = new Groups({ a: group(4), x: group(4), b: group(4) });
    await groups.check([share("b", 100)], { a: 50, x: 50 }, { a: 100 });
    assert.deepEqual(groups.resized, []);
  });

  it("fails in time where the instances do not become healthy, and says what serves", async () => {
    const groups = new Groups({ a: group(6), b: group(2) }, Infinity);
    const began = now();
    await assert.rejects(
      groups.check([share("b", 100)], { a: 100 }),
      /the traffic was not moved: 6 healthy instances serve, and b had only 2 after 300 s/,
    );
    assert.ok(now() - began <= 300_000);
  });

  it("looks again where a look fails, and moves nothing where none succeeds", async () => {
    const state = { failing: 3 };
    const throttled = () => {
      if (state.failing-- > 0) throw new Error("Throttling");
    };
    const groups = new Groups({ a: group(6), b: group(6) }, 2, throttled);
    await groups.check([share("b", 100)], { a: 100 });
    state.failing = Infinity;
    await assert.rejects(
      groups.check([share("b", 100)], { a: 100 }),
      /the traffic was not moved, because what serves cannot be counted: Throttling/,
    );
  });

  it("only waits for a release whose instances an earlier version did not record", async () => {
    const groups = new Groups({ a: group(6), b: group(2) });
    await groups.check([{ ...share("b", 100), servers: undefined }], { a: 100 });
    assert.deepEqual(groups.resized, []);
  });
});
