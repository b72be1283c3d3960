/** When the bounds of a group that runs change: the rule that both clouds share, on groups in memory. */
import assert from "node:assert/strict";
import {
  type BoundedGroup,
  type Bounds,
  type BoundsInputs,
  type BoundsOutputs,
  createBounds,
  readBounds,
  updateBounds,
} from "../../../components/clouds/bounds.remote";
import { simulatedClock } from "../../support/clock";
import fc from "../../support/properties";

const base = { min: 2, max: 6 };
const day = { min: 4, max: 12 };
const night = { min: 1, max: 3 };

/** Groups in memory, by their names, and the record of the bounds of one of them. */
class Groups {
  readonly live = new Map<string, Bounds>();
  /** How many instances the groups have. */
  readonly sizes = new Map<string, number>();
  readonly sets: string[] = [];
  record: (BoundsInputs & BoundsOutputs) | undefined;

  readonly group = (id: string): BoundedGroup => ({
    read: () => Promise.resolve(this.live.get(id)),
    size: () => Promise.resolve(this.sizes.get(id)),
    set: ({ min, max }) => {
      this.sets.push(`${id} ${min}..${max}`);
      this.live.set(id, { min, max });
      return Promise.resolve();
    },
  });

  /** Creates a group, with other bounds than the stack file's if `created` says so, and its record. */
  async create(inputs: Partial<BoundsInputs> & Bounds, created: Bounds = inputs): Promise<BoundsOutputs> {
    this.live.set("new", { min: created.min, max: created.max });
    const whole = { start: inputs.min, schedules: [], serving: [], ...inputs };
    this.record = (await createBounds("new", whole, this.group)).outs;
    return this.record;
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
    await groups.create({ ...base, schedules: [day] });
    assert.deepEqual(groups.sets, []);
  });

  it("are set where the group was created with others: in place of another group, or by an update that failed", async () => {
    await groups.create({ ...base, schedules: [day] }, { min: 3, max: 5 });
    assert.deepEqual(groups.sets, ["new 2..6"]);
  });

  it("stay a schedule's where the group is older than its record", async () => {
    await groups.create({ ...base, schedules: [day] }, day);
    assert.deepEqual(groups.sets, []);
    assert.deepEqual(await groups.update({ min: 3, max: 6, schedules: [day] }), day);
  });

  it("change at once without schedules, whoever has changed them", async () => {
    await groups.create(base);
    assert.deepEqual(await groups.update({ min: 3, max: 5, schedules: [] }), { min: 3, max: 5 });
    groups.live.set("new", day);
    assert.deepEqual(await groups.update({ min: 3, max: 6, schedules: [] }), { min: 3, max: 6 });
  });

  it("change at once with schedules that have not run", async () => {
    await groups.create({ ...base, schedules: [day] });
    assert.deepEqual(await groups.update({ min: 3, max: 6, schedules: [day] }), { min: 3, max: 6 });
    assert.deepEqual(await groups.update({ min: 1, max: 4, schedules: [day, night] }), { min: 1, max: 4 });
  });

  it("stay a schedule's until the last schedule, or that schedule, is removed", async () => {
    await groups.create({ ...base, schedules: [day, night] });
    groups.live.set("new", day);
    assert.deepEqual(await groups.update({ min: 3, max: 6, schedules: [day, night] }), day);
    assert.deepEqual(await groups.update({ min: 3, max: 7, schedules: [day] }), day);
    assert.deepEqual(await groups.update({ min: 3, max: 7, schedules: [] }), { min: 3, max: 7 });

    groups = new Groups();
    await groups.create({ ...base, schedules: [day, night] });
    groups.live.set("new", day);
    assert.deepEqual(await groups.update({ ...base, schedules: [night] }), base);
  });

  it("stay what a schedule has set when it is edited: they would fall until its next time", async () => {
    await groups.create({ ...base, schedules: [day, night] });
    groups.live.set("new", day);
    assert.deepEqual(await groups.update({ ...base, schedules: [{ min: 5, max: 12 }, night] }), day);
  });

  it("are those of the group that serves, where a schedule has set them there", async () => {
    groups.live.set("old", day);
    const serving = [{ group: "old", applied: base }];
    assert.equal((await groups.create({ ...base, schedules: [day], serving })).starts, day.min);
    assert.deepEqual(groups.sets, ["new 4..12"]);
    assert.deepEqual(await groups.update({ min: 3, max: 6, schedules: [day] }), day);
  });

  it("are the stack file's where the group that serves has those, is gone, or there are no schedules any more", async () => {
    groups.live.set("old", base);
    const serving = [{ group: "old", applied: base }];
    await groups.create({ min: 3, max: 8, start: 5, schedules: [day], serving });
    assert.equal(groups.record?.starts, 5);
    groups.live.set("old", day);
    await groups.create({ min: 3, max: 8, schedules: [], serving });
    groups.live.delete("old");
    await groups.create({ min: 3, max: 8, schedules: [day], serving });
    assert.deepEqual(groups.sets, []);
  });

  it("have as many instances as the group that serves has been scaled out to, if the bounds allow it", async () => {
    groups.live.set("old", base);
    const serving = [{ group: "old", applied: base }];
    for (const [size, starts] of [
      [1, 2],
      [5, 5],
      [9, 6],
    ] as const) {
      groups.sizes.set("old", size);
      assert.equal((await groups.create({ ...base, serving })).starts, starts);
    }
    groups.live.set("old", day);
    assert.equal((await groups.create({ ...base, schedules: [day], serving })).starts, 9);
    groups.sizes.delete("old");
    assert.equal((await groups.create({ ...base, serving })).starts, 2);
  });

  it("belong to a group that exists: a refresh finds out, and an update fails", async () => {
    const outputs = await groups.create(base);
    assert.deepEqual(await readBounds("new", outputs, groups.group), { id: "new", props: outputs });
    // A refresh must not record a schedule's bounds, which the next update would take for a change.
    groups.live.set("new", night);
    assert.deepEqual(await readBounds("new", outputs, groups.group), { id: "new", props: outputs });
    groups.live.clear();
    assert.deepEqual(await readBounds("new", outputs, groups.group), {});
    await assert.rejects(groups.update({ min: 3, max: 6, schedules: [] }), /^Error: new does not exist/);
  });

  const bounds = fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 }))
    .map(([min, more]) => ({ min, max: min + more }));
  const event = fc.oneof(
    fc.record({ update: bounds, schedules: fc.array(bounds, { maxLength: 3 }) }),
    fc.record({ schedule: fc.nat(2) }),
  );

  it("are, after any updates and schedules, the stack file's or those of the schedule that ran last", async () => {
    await fc.assert(
      fc.asyncProperty(
        bounds,
        fc.array(bounds, { maxLength: 3 }),
        fc.array(event),
        async (first, schedules, events) => {
          const run = new Groups();
          await run.create({ ...first, schedules });
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
              run.live.set("new", ran);
              const { applied } = run.record ?? assert.fail();
              held = ran.min === applied.min && ran.max === applied.max ? undefined : ran;
            }
            if ("update" in one || held !== undefined) assert.deepEqual(run.live.get("new"), held ?? now.wanted);
          }
        },
      ),
    );
  });
});
