/** How large a new release begins: what is read of the releases that serve, on groups in memory. */
import assert from "node:assert/strict";
import { type StartSizeInputs, createStartSize } from "../../../components/clouds/start-size.remote";

describe("the size of a new release", () => {
  const servers = ["a", "b", "new"].map((release) => ({
    ...{ targetGroup: `tg-${release}`, group: release, cluster: "" },
  }));
  const inputs: StartSizeInputs = {
    ...{ release: "new", min: 2, max: 8, start: 2, schedules: [] },
    ...{ rules: ["rule"], lastSplit: { "tg-a": 90, "tg-b": 10 }, servers },
  };
  const noon = new Date("2026-11-27T12:00:00Z");
  const read = async (
    split: Record<string, number>,
    sizes: Record<string, number>,
    given: Partial<StartSizeInputs> = {},
  ) => {
    const asked: string[] = [];
    const { id, outs } = await createStartSize(
      { ...inputs, ...given },
      {
        split: (rule) => Promise.resolve(new Map(rule === "rule" ? Object.entries(split) : [])),
        group: ({ group }) => ({
          size: () => {
            asked.push(group);
            return Promise.resolve(sizes[group]);
          },
          read: () => Promise.resolve({ min: 2, max: 8 }),
          set: () => assert.fail("it only reads"),
          resize: () => assert.fail("it only reads"),
        }),
      },
      noon,
    );
    assert.equal(id, "new");
    const { starts, startMin, startMax } = outs;
    return { asked, starts, bounds: [startMin, startMax] };
  };

  it("is that of all releases with traffic together", async () => {
    const found = await read({ "tg-a": 90, "tg-b": 10 }, { a: 6, b: 1 });
    assert.deepEqual(found, { asked: ["a", "b"], starts: 7, bounds: [2, 8] });
  });

  it("counts no release without traffic, and none that only an interrupted update has given some", async () => {
    assert.equal((await read({ "tg-a": 100, "tg-b": 0 }, { a: 6, b: 5 })).starts, 6);
    assert.equal((await read({ "tg-a": 50, "tg-new": 50 }, { a: 6, new: 4 })).starts, 6);
    assert.equal((await read({ "tg-new": 100 }, { new: 4 })).starts, 4);
  });

  it("is the start of the stack file where no rule exists, or its group is gone", async () => {
    assert.deepEqual(await read({}, {}, { rules: [], start: 3 }), { asked: [], starts: 3, bounds: [2, 8] });
    assert.equal((await read({ "tg-a": 100 }, {}, { rules: ["gone", "rule"] })).starts, 2);
  });

  it("has the bounds of the schedule that has passed last", async () => {
    const day = { schedule: "0 8 * * *", timezone: "UTC", min: 4, max: 12 };
    const night = { schedule: "0 20 * * *", timezone: "UTC", min: 1, max: 3 };
    const found = await read({ "tg-a": 100 }, { a: 2 }, { schedules: [night, day] });
    assert.deepEqual([found.starts, found.bounds], [4, [4, 12]]);
  });
});
