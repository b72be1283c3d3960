import {
  type Architecture,
  cheapest,
  cheapestOf,
  dedicatedTypes,
  hasSize,
  type InstanceCatalogue,
  type InstanceType,
  priced,
  type Size,
} from "../sizing";

/**
 * The sizes that Elastic Container Instance (ECI) has in every region, with their prices relative to each other. ECI
 * would round any other size up, and bill it as such. It bills a vCPU about eight times as much as a GiB; only the
 * resulting order matters here.
 * https://www.alibabacloud.com/help/en/eci/user-guide/specify-the-number-of-vcpus-and-memory-size-to-create-an-elastic-container-instance
 */
export const eciSizes = priced(
  [
    { cpu: 0.25, memoryGiB: [0.5, 1] },
    { cpu: 0.5, memoryGiB: [1, 2] },
    { cpu: 1, memoryGiB: [2, 4, 8] },
    { cpu: 2, memoryGiB: [1, 2, 4, 8, 16] },
    { cpu: 4, memoryGiB: [2, 4, 8, 16, 32] },
    { cpu: 8, memoryGiB: [4, 8, 16, 32, 64] },
    { cpu: 12, memoryGiB: [12, 24, 48, 96] },
    { cpu: 16, memoryGiB: [16, 32, 64, 128] },
    { cpu: 24, memoryGiB: [24, 48, 96, 192] },
    { cpu: 32, memoryGiB: [32, 64, 128, 256] },
    { cpu: 52, memoryGiB: [96, 192, 384] },
    { cpu: 64, memoryGiB: [128, 256, 512] },
  ],
  8,
);

/** Whether ECI has exactly this size. */
export function isEciSize(size: Size): boolean {
  return hasSize(eciSizes, size);
}

/** The cheapest ECI size that has at least this; undefined if none is large enough. */
export function cheapestEci(wanted: Size): Size | undefined {
  return cheapest(eciSizes, wanted);
}

const sizes = [
  { name: "small", cpu: 1 },
  { name: "large", cpu: 2 },
  { name: "xlarge", cpu: 4 },
  { name: "2xlarge", cpu: 8 },
  { name: "4xlarge", cpu: 16 },
  { name: "8xlarge", cpu: 32 },
  { name: "16xlarge", cpu: 64 },
  { name: "32xlarge", cpu: 128 },
];

/**
 * The economy family e, for less than one vCPU.
 * https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-instance-families
 */
const economy: readonly InstanceType[] = [
  { name: "ecs.e-c4m1.large", cpu: 2, memoryGiB: 0.5, vcpu: "shared" },
  { name: "ecs.e-c2m1.large", cpu: 2, memoryGiB: 1, vcpu: "shared" },
  { name: "ecs.e-c1m1.large", cpu: 2, memoryGiB: 2, vcpu: "shared" },
  { name: "ecs.e-c1m2.large", cpu: 2, memoryGiB: 4, vcpu: "shared" },
  { name: "ecs.e-c1m4.large", cpu: 2, memoryGiB: 8, vcpu: "shared" },
];

/**
 * The regions that sell the economy family's two smallest types; in the others, all of mainland China among them, it begins at 2 GiB.
 * https://www.alibabacloud.com/help/en/ecs/user-guide/shared-instance-families
 */
const smallestEconomyIn = new Set([
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-southeast-1",
  "ap-southeast-3",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "cn-hongkong",
  "eu-central-1",
  "eu-west-1",
  "us-east-1",
  "us-west-1",
]);
const smallestEconomy = ["ecs.e-c4m1.large", "ecs.e-c2m1.large"];

/**
 * The ECS instance types that a service may get. A family's cost is the price per hour of a vCPU (pay-as-you-go,
 * cn-hangzhou). Prices differ by region and change; their order hardly does, and only the order is used.
 * https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-instance-families
 */
export const instanceTypes: Readonly<Record<Architecture, InstanceCatalogue>> = {
  x86_64: {
    partTime: economy,
    dedicated: dedicatedTypes(
      [
        { name: "ecs.u1-c1m1", gibPerCpu: 1, cost: 13, minCpu: 2, maxCpu: 32 },
        { name: "ecs.u1-c1m2", gibPerCpu: 2, cost: 17, minCpu: 2, maxCpu: 32 },
        { name: "ecs.u1-c1m4", gibPerCpu: 4, cost: 22, minCpu: 2, maxCpu: 32 },
        { name: "ecs.u1-c1m8", gibPerCpu: 8, cost: 29, minCpu: 2, maxCpu: 32 },
        { name: "ecs.c7", gibPerCpu: 2, cost: 20, minCpu: 2, maxCpu: 128 },
        { name: "ecs.g7", gibPerCpu: 4, cost: 26, minCpu: 2, maxCpu: 128 },
        { name: "ecs.r7", gibPerCpu: 8, cost: 34, minCpu: 2, maxCpu: 128 },
      ],
      sizes,
    ),
  },
  arm64: {
    partTime: [],
    dedicated: dedicatedTypes(
      [
        { name: "ecs.c8y", gibPerCpu: 2, cost: 13.3, minCpu: 1, maxCpu: 128 },
        { name: "ecs.g8y", gibPerCpu: 4, cost: 20, minCpu: 1, maxCpu: 128 },
        { name: "ecs.r8y", gibPerCpu: 8, cost: 26, minCpu: 1, maxCpu: 128 },
      ],
      sizes,
    ),
  },
};

/**
 * Families that take the place of those above where these are not sold or out of stock. They work with the same images:
 * families that need an NVMe driver are left out.
 */
const substitutes: Readonly<Record<Architecture, InstanceCatalogue["dedicated"]>> = {
  x86_64: dedicatedTypes(
    [
      { name: "ecs.c7a", gibPerCpu: 2, cost: 21, minCpu: 2, maxCpu: 128 },
      { name: "ecs.g7a", gibPerCpu: 4, cost: 27, minCpu: 2, maxCpu: 128 },
      { name: "ecs.r7a", gibPerCpu: 8, cost: 35, minCpu: 2, maxCpu: 128 },
      { name: "ecs.c6", gibPerCpu: 2, cost: 22, minCpu: 2, maxCpu: 32 },
      { name: "ecs.g6", gibPerCpu: 4, cost: 28, minCpu: 2, maxCpu: 32 },
      { name: "ecs.r6", gibPerCpu: 8, cost: 36, minCpu: 2, maxCpu: 32 },
    ],
    sizes,
  ),
  arm64: dedicatedTypes(
    [
      { name: "ecs.c6r", gibPerCpu: 2, cost: 14, minCpu: 2, maxCpu: 64 },
      { name: "ecs.g6r", gibPerCpu: 4, cost: 21, minCpu: 2, maxCpu: 64 },
    ],
    sizes,
  ),
};

/** The ECS instance types of one architecture that a region sells. */
export function instanceTypesIn(region: string, architecture: Architecture): InstanceCatalogue {
  const { partTime, dedicated } = instanceTypes[architecture];
  if (smallestEconomyIn.has(region)) return { partTime, dedicated };
  return { partTime: partTime.filter(({ name }) => !smallestEconomy.includes(name)), dedicated };
}

/** The cheapest ECS instance type in a region that has at least this size; undefined if none is large enough. */
export function cheapestInstanceType(
  wanted: Size,
  architecture: Architecture,
  region: string,
): InstanceType | undefined {
  return cheapestOf(instanceTypesIn(region, architecture), wanted);
}

/**
 * How many types a container group may try; a group of machines gets as many.
 * https://www.alibabacloud.com/help/en/eci/user-guide/specify-multiple-instance-types-to-create-an-elastic-container-instance
 */
const mostTypes = 5;

/**
 * The types of a group's instances, in the order in which they are tried: the cheapest one, and then those with as many
 * vCPUs, and at most twice its memory. Empty if none is large enough.
 */
export function instanceTypesFor(wanted: Size, architecture: Architecture, region: string): InstanceType[] {
  const first = cheapestInstanceType(wanted, architecture, region);
  if (first === undefined) return [];
  const { partTime, dedicated } = instanceTypesIn(region, architecture);
  const shared = first.vcpu === "dedicated" ? [] : partTime;
  const byPrice = [...dedicated, ...substitutes[architecture]].sort((a, b) => a.cost - b.cost);
  const others = [...shared, ...byPrice].filter(
    ({ name, cpu, memoryGiB }) =>
      name !== first.name && cpu === first.cpu && memoryGiB >= first.memoryGiB && memoryGiB <= 2 * first.memoryGiB,
  );
  return [first, ...others.sort((a, b) => a.memoryGiB - b.memoryGiB)].slice(0, mostTypes);
}
