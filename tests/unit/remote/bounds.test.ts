/** When the bounds of a group that runs change: the rule that both clouds share, on groups in memory. */
import assert from "node:assert/strict";
import {
  type HoldableGroup,
  type BoundsInputs,
  type BoundsOutputs,
  createBounds,
  readBounds,
  updateBounds,
} from "../../../components/clouds/bounds.remote";
import type { Bounds } from "../../../components/clouds/bounds-in-force";
import { simulatedClock } from "../../support/clock";
import fc from "../../support/properties";

const base = { min: 2, max: 6 };
const serves = { heldFor: "", holdSeconds: 0 };
/** The bounds of schedules, without and with their times: at noon the day's has passed last. */
const dayBounds = { min: 4, max: 12 };
const nightBounds = { min: 1, max: 3 };
const day = { ...dayBounds, schedule: "0 8 * * *", timezone: "UTC" };
const noon = new Date("2026-11-27T12:00:00Z");
const night = { ...nightBounds, schedule: "0 20 * * *", timezone: "UTC" };

/** Groups in memory, by their names, and the record of the bounds of one of them. */
class Groups {
  readonly live = new Map<string, Bounds>();
  readonly sets: string[] = [];
  record: (BoundsInputs & BoundsOutputs) | undefined;

  readonly group = (id: string): HoldableGroup => ({
    read: () => Promise.resolve(this.live.get(id)),
    size: () => assert.fail("the size does not matter"),
    resize: () => assert.fail("nothing is resized"),
    lowerAt: () => assert.fail("nothing is held"),
    cancelLowering: () => assert.fail("nothing is held"),
    set: ({ min, max }) => {
      this.sets.push(`${id} ${min}..${max}`);
      this.live.set(id, { min, max });
      return Promise.resolve();
    },
  });

  /** Creates a group, with other bounds than the stack file's if `created` says so, and its record. */
  async create(inputs: Partial<BoundsInputs> & Bounds, created: Bounds = inputs): Promise<BoundsOutputs> {
    this.live.set("new", { min: created.min, max: created.max });
    const { outs } = await createBounds("new", { schedules: [], ...serves, ...inputs }, this.group, noon);
    this.record = outs;
    return outs;
  }

  /** Creates a group before its first schedule has run. */
  async createBefore(inputs: Bounds & Pick<BoundsInputs, "schedules">): Promise<void> {
    await this.create(inputs, inputs.schedules.length === 0 ? inputs : dayBounds);
    this.live.set("new", { min: inputs.min, max: inputs.max });
    this.sets.length = 0;
  }

  async update(inputs: Bounds & Pick<BoundsInputs, "schedules">): Promise<Bounds | undefined> {
    const { record = assert.fail("no record") } = this;
    this.record = (await updateBounds("new", record, { ...record, ...inputs }, this.group)).outs;
    return this.live.get("new");
  }
}

describe("the bounds of a group", () => {
  simulatedClock();
  let groups: Groups;
  beforeEach(() => {
    groups = new Groups();
  });

  it("are those of its creation, which sets them itself", async () => {
    await groups.create({ ...base, schedules: [day] }, day);
    await groups.create(base);
    assert.deepEqual(groups.sets, []);
  });

  it("are set where the group was created with others: for what served, in place of another, by a failed update", async () => {
    await groups.create(base, { min: 2, max: 9 });
    assert.deepEqual(groups.sets, ["new 2..6"]);
  });

  it("are those of the schedule that has passed last, and stay", async () => {
    await groups.create({ ...base, schedules: [night, day] });
    assert.deepEqual(groups.sets, ["new 4..12"]);
    assert.deepEqual(await groups.update({ min: 3, max: 6, schedules: [night, day] }), dayBounds);
  });

  it("change at once without schedules, whoever has changed them", async () => {
    await groups.create(base);
    assert.deepEqual(await groups.update({ min: 3, max: 5, schedules: [] }), { min: 3, max: 5 });
    groups.live.set("new", dayBounds);
    assert.deepEqual(await groups.update({ min: 3, max: 6, schedules: [] }), { min: 3, max: 6 });
  });

  it("change at once with schedules that have not run", async () => {
    await groups.createBefore({ ...base, schedules: [day] });
    assert.deepEqual(await groups.update({ min: 3, max: 6, schedules: [day] }), { min: 3, max: 6 });
    assert.deepEqual(await groups.update({ min: 1, max: 4, schedules: [day, night] }), { min: 1, max: 4 });
  });

  it("stay a schedule's until the last schedule, or that schedule, is removed", async () => {
    await groups.create({ ...base, schedules: [day, night] });
    groups.live.set("new", dayBounds);
    assert.deepEqual(await groups.update({ min: 3, max: 6, schedules: [day, night] }), dayBounds);
    assert.deepEqual(await groups.update({ min: 3, max: 7, schedules: [day] }), dayBounds);
    assert.deepEqual(await groups.update({ min: 3, max: 7, schedules: [] }), { min: 3, max: 7 });

    groups = new Groups();
    await groups.create({ ...base, schedules: [day, night] });
    groups.live.set("new", dayBounds);
    assert.deepEqual(await groups.update({ ...base, schedules: [night] }), base);
  });

  it("stay what a schedule has set when it is edited: they would fall until its next time", async () => {
    await groups.create({ ...base, schedules: [day, night] });
    groups.live.set("new", dayBounds);
    assert.deepEqual(await groups.update({ ...base, schedules: [{ ...day, min: 5 }, night] }), dayBounds);
  });

  it("belong to a group that exists: a refresh finds out, and an update fails", async () => {
    const outputs = await groups.create(base);
    assert.deepEqual(await readBounds("new", outputs, groups.group), { id: "new", props: outputs });
    // A refresh must not record a schedule's bounds, which the next update would take for a change.
    groups.live.set("new", nightBounds);
    assert.deepEqual(await readBounds("new", outputs, groups.group), { id: "new", props: outputs });
    groups.live.clear();
    assert.deepEqual(await readBounds("new", outputs, groups.group), {});
    await assert.rejects(groups.update({ min: 3, max: 6, schedules: [] }), /^Error: new does not exist/);
  });

  const bounds = fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 }))
    .map(([min, more]) => ({ min, max: min + more }));
  const schedule = bounds.map((one) => ({ ...day, ...one }));
  const event = fc.oneof(
    fc.record({ update: bounds, schedules: fc.array(schedule, { maxLength: 3 }) }),
    fc.record({ schedule: fc.nat(2) }),
  );

  it("are, after any updates and schedules, the stack file's or those of the schedule that ran last", async () => {
    await fc.assert(
      fc.asyncProperty(
        bounds,
        fc.array(schedule, { maxLength: 3 }),
        fc.array(event),
        async (first, schedules, events) => {
          const run = new Groups();
          await run.createBefore({ ...first, schedules });
          let now = { wanted: first, schedules };
          /** The bounds that a schedule has set since an update last did. */
          let held: Bounds | undefined;
          for (const one of events) {
            if ("update" in one) {
              const earlier = now.schedules;
              now = { wanted: one.update, schedules: one.schedules };
              await run.update({ ...one.update, schedules: one.schedules });
              const is = (other: Bounds) => other.min === held?.min && other.max === held.max;
              const removed = one.schedules.length < earlier.length && earlier.some(is) && !one.schedules.some(is);
              if (one.schedules.length === 0 || removed) held = undefined;
            } else {
              const ran = now.schedules[one.schedule];
              if (ran === undefined) continue;
              run.live.set("new", { min: ran.min, max: ran.max });
              const { applied } = run.record ?? assert.fail();
              held = ran.min === applied.min && ran.max === applied.max ? undefined : { min: ran.min, max: ran.max };
            }
            if ("update" in one || held !== undefined) assert.deepEqual(run.live.get("new"), held ?? now.wanted);
          }
        },
      ),
    );
  });
});
