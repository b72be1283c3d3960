import assert from "node:assert/strict";
import * as alicloud from "../../components/clouds/alicloud/instance-types";
import * as aws from "../../components/clouds/aws/instance-types";
import {
  type Architecture,
  describeInstanceType,
  fits,
  type InstanceCatalogue,
  type InstanceType,
  type Priced,
  type Size,
} from "../../components/clouds/sizing";
import type { CloudName } from "../../components/stack-file/schema";
import fc from "../support/properties";

/** A cloud's tables and what searches them; a further cloud does not compile until it is here. */
interface Sizes {
  readonly instanceTypes: Readonly<Record<Architecture, InstanceCatalogue>>;
  readonly cheapestInstanceType: (wanted: Size, architecture: Architecture) => InstanceType | undefined;
  readonly containerSizes: readonly Priced<Size>[];
  readonly cheapestContainer: (wanted: Size) => Size | undefined;
  readonly hasContainer: (size: Size) => boolean;
  /** The documented container sizes: vCPUs, GiB that they can have, GiB that they cannot. */
  readonly documented: readonly (readonly [cpu: number, right: readonly number[], wrong: readonly number[]])[];
}

const clouds: Readonly<Record<CloudName, Sizes>> = {
  aws: {
    ...aws,
    containerSizes: aws.fargateSizes,
    cheapestContainer: aws.cheapestFargate,
    hasContainer: aws.isFargateSize,
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
    documented: [
      [0.25, [0.5, 1, 2], [0.25, 1.5, 3]],
      [0.5, [1, 2, 3, 4], [0.5, 5]],
      [1, [2, 5, 8], [1, 9]],
      [2, [4, 16], [3, 17]],
      [4, [8, 30], [7, 31]],
      [8, [16, 20, 60], [12, 18, 64]],
      [16, [32, 40, 120], [24, 36, 128]],
    ],
  },
  alicloud: {
    ...alicloud,
    // A region that sells every type.
    cheapestInstanceType: (wanted, on) => alicloud.cheapestInstanceType(wanted, on, "ap-southeast-1"),
    containerSizes: alicloud.eciSizes,
    cheapestContainer: alicloud.cheapestEci,
    hasContainer: alicloud.isEciSize,
    // https://www.alibabacloud.com/help/en/eci/user-guide/specify-the-number-of-vcpus-and-memory-size-to-create-an-elastic-container-instance
    documented: [
      [0.25, [0.5, 1], [2]],
      [0.5, [1, 2], [0.5, 4]],
      [1, [2, 4, 8], [1, 3]],
      [2, [1, 2, 4, 8, 16], [3, 32]],
      [4, [2, 32], [1, 64]],
      [12, [12, 24, 48, 96], [16, 128]],
      [64, [128, 256, 512], [64]],
    ],
  },
};

const sizeUpTo = (cpu: number, memoryGiB: number) =>
  fc.record({
    cpu: fc.double({ min: 0.1, max: cpu, noNaN: true }),
    memoryGiB: fc.double({ min: 0.1, max: memoryGiB, noNaN: true }),
  });
const architecture = fc.constantFrom("x86_64" as const, "arm64" as const);

/** Asserts that the choice is the cheapest of the offers that fit, and that there is one if any fits. */
function assertCheapest<T extends Size>(
  offers: readonly Priced<T>[],
  wanted: Size,
  chosen: Priced<T> | undefined,
): void {
  const fitting = offers.filter((offer) => fits(offer, wanted));
  assert.equal(chosen === undefined, fitting.length === 0);
  if (chosen === undefined) return;
  assert.ok(fits(chosen, wanted), JSON.stringify(chosen));
  assert.ok(fitting.every(({ cost }) => cost >= chosen.cost));
}

for (const [name, cloud] of Object.entries(clouds)) {
  const { instanceTypes, cheapestInstanceType, containerSizes, cheapestContainer, hasContainer } = cloud;

  describe(`sizes on ${name}`, () => {
    it("an instance type has at least the size", () => {
      fc.assert(
        fc.property(sizeUpTo(200, 1600), architecture, (wanted, on) => {
          const type = cheapestInstanceType(wanted, on);
          if (type) assert.ok(fits(type, wanted), JSON.stringify(type));
        }),
      );
    });

    it("no dedicated type in the table that fits is cheaper, and none is missed", () => {
      fc.assert(
        fc.property(sizeUpTo(200, 1600), architecture, (wanted, on) => {
          const chosen = cheapestInstanceType(wanted, on);
          if (chosen !== undefined && chosen.vcpu !== "dedicated") return;
          const { dedicated } = instanceTypes[on];
          assertCheapest(
            dedicated,
            wanted,
            dedicated.find((type) => type.name === chosen?.name),
          );
        }),
      );
    });

    it("a part-time type serves less than one vCPU only", () => {
      fc.assert(
        fc.property(sizeUpTo(2, 16), architecture, (wanted, on) => {
          const vcpu = cheapestInstanceType(wanted, on)?.vcpu;
          if (wanted.cpu >= 1) assert.equal(vcpu, "dedicated");
          else if (instanceTypes[on].partTime.some((type) => fits(type, wanted))) assert.notEqual(vcpu, "dedicated");
        }),
      );
    });

    it("every type of the tables has its own name", () => {
      const names = Object.values(instanceTypes)
        .flatMap(({ partTime, dedicated }) => [...partTime, ...dedicated])
        .map((type) => type.name);
      assert.equal(new Set(names).size, names.length);
    });

    it("the cheapest container size exists, and no cheaper one fits", () => {
      fc.assert(
        fc.property(sizeUpTo(70, 550), (wanted) => {
          const chosen = cheapestContainer(wanted);
          const row = containerSizes.find((size) => size.cpu === chosen?.cpu && size.memoryGiB === chosen.memoryGiB);
          assertCheapest(containerSizes, wanted, row);
          if (chosen) assert.ok(hasContainer(chosen));
        }),
      );
    });

    for (const [cpu, right, wrong] of cloud.documented)
      it(`containers have ${cpu} vCPU with ${right.join(", ")} GiB, but not with ${wrong.join(", ")}`, () => {
        for (const memoryGiB of right) assert.ok(hasContainer({ cpu, memoryGiB }), String(memoryGiB));
        for (const memoryGiB of wrong) assert.ok(!hasContainer({ cpu, memoryGiB }), String(memoryGiB));
      });
  });
}

describe("the economy types of Alibaba Cloud", () => {
  for (const [region, smallest] of [
    ["ap-southeast-1", "ecs.e-c4m1.large"],
    ["cn-hongkong", "ecs.e-c4m1.large"],
    ["cn-hangzhou", "ecs.e-c1m1.large"],
    ["cn-beijing", "ecs.e-c1m1.large"],
    ["a-new-region", "ecs.e-c1m1.large"],
  ] as const)
    it(`begin with ${smallest} in ${region}`, () => {
      assert.equal(alicloud.cheapestInstanceType({ cpu: 0.25, memoryGiB: 0.5 }, "x86_64", region)?.name, smallest);
    });
});

describe("the instance types of a group on Alibaba Cloud", () => {
  for (const [region, on, cpu, memoryGiB, types] of [
    ["cn-hangzhou", "x86_64", 0.5, 1, ["e-c1m1.large", "u1-c1m1.large", "e-c1m2.large", "u1-c1m2.large", "c7.large"]],
    ["ap-southeast-1", "x86_64", 0.5, 1, ["e-c2m1.large", "e-c1m1.large", "u1-c1m1.large"]],
    ["cn-hangzhou", "x86_64", 2, 4, ["u1-c1m2.large", "c7.large", "c7a.large", "c6.large", "u1-c1m4.large"]],
    ["cn-hangzhou", "arm64", 2, 4, ["c8y.large", "c6r.large", "g8y.large", "g6r.large"]],
    ["cn-hangzhou", "x86_64", 129, 1, []],
  ] as const)
    it(`are tried in this order for ${cpu} vCPU and ${memoryGiB} GiB of ${on} in ${region}`, () => {
      const found = alicloud.instanceTypesFor({ cpu, memoryGiB }, on, region);
      assert.deepEqual(
        found.map(({ name }) => name),
        types.map((name) => `ecs.${name}`),
      );
    });

  it("are at most five, different, and begin with the cheapest; no dedicated vCPU becomes a shared one", () => {
    fc.assert(
      fc.property(sizeUpTo(128, 1024), architecture, (wanted, on) => {
        const found = alicloud.instanceTypesFor(wanted, on, "cn-hangzhou");
        const cheapest = alicloud.cheapestInstanceType(wanted, on, "cn-hangzhou");
        assert.equal(found[0]?.name, cheapest?.name);
        assert.ok(found.length <= 5 && new Set(found.map(({ name }) => name)).size === found.length);
        assert.ok(found.every((type) => fits(type, wanted)));
        if (cheapest?.vcpu === "dedicated") assert.ok(found.every(({ vcpu }) => vcpu === "dedicated"));
      }),
    );
  });
});

describe("the instance type of a size", () => {
  for (const [name, on, cpu, memoryGiB, type] of [
    ["aws", "x86_64", 0.5, 1, "t3.micro (2 burstable vCPU, 1 GiB, x86_64)"],
    ["aws", "arm64", 0.5, 1.5, "t4g.small (2 burstable vCPU, 2 GiB, arm64)"],
    ["aws", "x86_64", 0.5, 10, "r6i.large"],
    ["aws", "x86_64", 1, 2, "c6i.large (2 vCPU, 4 GiB, x86_64)"],
    ["aws", "arm64", 1, 2, "c7g.medium"],
    ["aws", "x86_64", 2, 8, "m6i.large"],
    ["aws", "x86_64", 2, 16, "r6i.large"],
    ["aws", "x86_64", 4, 8, "c6i.xlarge"],
    ["aws", "x86_64", 96, 192, "c6i.24xlarge"],
    ["aws", "x86_64", 128, 1024, "r6i.32xlarge"],
    ["aws", "x86_64", 128, 1025, undefined],
    ["aws", "arm64", 64, 512, "r7g.16xlarge"],
    ["aws", "arm64", 65, 1, undefined],
    ["alicloud", "x86_64", 0.5, 1, "ecs.e-c2m1.large (2 shared vCPU, 1 GiB, x86_64)"],
    ["alicloud", "arm64", 0.5, 1, "ecs.c8y.small (1 vCPU, 2 GiB, arm64)"],
    ["alicloud", "x86_64", 1, 2, "ecs.u1-c1m1.large (2 vCPU, 2 GiB, x86_64)"],
    ["alicloud", "x86_64", 2, 8, "ecs.u1-c1m4.large"],
    ["alicloud", "x86_64", 64, 256, "ecs.g7.16xlarge"],
    ["alicloud", "x86_64", 128, 1024, "ecs.r7.32xlarge"],
    ["alicloud", "x86_64", 129, 1, undefined],
    ["alicloud", "arm64", 128, 1025, undefined],
  ] as const)
    it(`on ${name}, ${cpu} vCPU and ${memoryGiB} GiB of ${on}: ${type ?? "none is large enough"}`, () => {
      const found = clouds[name].cheapestInstanceType({ cpu, memoryGiB }, on);
      const described = found && describeInstanceType(found, on);
      assert.equal(type?.includes("(") ? described : found?.name, type);
    });
});
