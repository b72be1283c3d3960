import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cheapestFargate,
  cheapestInstanceType,
  fargateTable,
  isFargateSize,
  steadyTable,
  type Size,
} from "../../components/clouds/aws/instance-types";

const size = fc.record({
  cpu: fc.double({ min: 0.25, max: 200, noNaN: true }),
  memoryGiB: fc.double({ min: 0.5, max: 1600, noNaN: true }),
});
const architecture = fc.constantFrom("x86_64" as const, "arm64" as const);
const fits = (type: Size, wanted: Size) => type.cpu >= wanted.cpu && type.memoryGiB >= wanted.memoryGiB;

describe("sizes on AWS", () => {
  it("an instance type always has what was asked for", () => {
    fc.assert(
      fc.property(size, architecture, (wanted, on) => {
        const type = cheapestInstanceType(wanted, on);
        if (type) assert.ok(fits(type, wanted), JSON.stringify(type));
      }),
    );
  });

  it("no type in the table that fits is cheaper, and none is missed", () => {
    fc.assert(
      fc.property(size, architecture, (wanted, on) => {
        const table = steadyTable(on).filter((type) => fits(type, wanted));
        const chosen = cheapestInstanceType(wanted, on);
        if (chosen?.burstable) return;
        assert.equal(chosen === undefined, table.length === 0);
        const cost = table.find(({ name }) => name === chosen?.name)?.cost ?? 0;
        assert.ok(table.every((other) => other.cost >= cost));
      }),
    );
  });

  it("a burstable type is taken below one vCPU only, and the smallest one that fits", () => {
    assert.deepEqual(cheapestInstanceType({ cpu: 0.5, memoryGiB: 1 }, "x86_64"), {
      name: "t3.micro",
      cpu: 2,
      memoryGiB: 1,
      burstable: true,
    });
    assert.equal(cheapestInstanceType({ cpu: 0.5, memoryGiB: 1.5 }, "arm64")?.name, "t4g.small");
    fc.assert(
      fc.property(size, architecture, (wanted, on) => {
        assert.ok(wanted.cpu < 1 || cheapestInstanceType(wanted, on)?.burstable !== true);
      }),
    );
  });

  for (const [cpu, memoryGiB, name] of [
    [1, 2, "c6i.large"],
    [2, 8, "m6i.large"],
    [2, 16, "r6i.large"],
    [4, 8, "c6i.xlarge"],
    [128, 1024, "r6i.32xlarge"],
  ] as const) {
    it(`${cpu} vCPU and ${memoryGiB} GiB are ${name}`, () => {
      assert.equal(cheapestInstanceType({ cpu, memoryGiB }, "x86_64")?.name, name);
    });
  }

  it("there is none beyond the largest", () => {
    assert.equal(cheapestInstanceType({ cpu: 128, memoryGiB: 1025 }, "x86_64"), undefined);
    assert.equal(cheapestInstanceType({ cpu: 65, memoryGiB: 1 }, "arm64"), undefined);
  });

  it("Fargate's cheapest size fits, exists, and nothing cheaper fits", () => {
    fc.assert(
      fc.property(
        fc.record({
          cpu: fc.double({ min: 0.1, max: 20, noNaN: true }),
          memoryGiB: fc.double({ min: 0.1, max: 130, noNaN: true }),
        }),
        (wanted) => {
          const chosen = cheapestFargate(wanted);
          const table = fargateTable().filter((other) => fits(other, wanted));
          assert.equal(chosen === undefined, table.length === 0);
          if (!chosen) return;
          assert.ok(fits(chosen, wanted) && isFargateSize(chosen));
          const cost =
            table.find((other) => other.cpu === chosen.cpu && other.memoryGiB === chosen.memoryGiB)?.cost ?? 0;
          assert.ok(table.every((other) => other.cost >= cost));
        },
      ),
    );
  });

  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
  const documented: [number, number[], number[]][] = [
    [0.25, [0.5, 1, 2], [0.25, 1.5, 3]],
    [0.5, [1, 2, 3, 4], [0.5, 5]],
    [1, [2, 5, 8], [1, 9]],
    [2, [4, 16], [3, 17]],
    [4, [8, 30], [7, 31]],
    [8, [16, 20, 60], [12, 18, 64]],
    [16, [32, 40, 120], [24, 36, 128]],
  ];
  for (const [cpu, right, wrong] of documented) {
    it(`Fargate's ${cpu} vCPU go with ${right.join(", ")} GiB and not with ${wrong.join(", ")}`, () => {
      for (const memoryGiB of right) assert.ok(isFargateSize({ cpu, memoryGiB }), String(memoryGiB));
      for (const memoryGiB of wrong) assert.ok(!isFargateSize({ cpu, memoryGiB }), String(memoryGiB));
    });
  }
});
