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
  steps,
} from "../sizing";

/**
 * Every size of Fargate, with its price relative to the others. Fargate bills a vCPU about nine times as much as a GiB;
 * only the resulting order matters here.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
export const fargateSizes = priced(
  [
    { cpu: 0.25, memoryGiB: [0.5, 1, 2] },
    { cpu: 0.5, memoryGiB: steps(1, 4, 1) },
    { cpu: 1, memoryGiB: steps(2, 8, 1) },
    { cpu: 2, memoryGiB: steps(4, 16, 1) },
    { cpu: 4, memoryGiB: steps(8, 30, 1) },
    { cpu: 8, memoryGiB: steps(16, 60, 4) },
    { cpu: 16, memoryGiB: steps(32, 120, 8) },
  ],
  9,
);

/** Whether Fargate has exactly this size. */
export function isFargateSize(size: Size): boolean {
  return hasSize(fargateSizes, size);
}

/** The cheapest Fargate size that has at least this; undefined if none is large enough. */
export function cheapestFargate(wanted: Size): Size | undefined {
  return cheapest(fargateSizes, wanted);
}

const sizes = [
  { name: "medium", cpu: 1 },
  { name: "large", cpu: 2 },
  { name: "xlarge", cpu: 4 },
  { name: "2xlarge", cpu: 8 },
  { name: "4xlarge", cpu: 16 },
  { name: "8xlarge", cpu: 32 },
  { name: "12xlarge", cpu: 48 },
  { name: "16xlarge", cpu: 64 },
  { name: "24xlarge", cpu: 96 },
  { name: "32xlarge", cpu: 128 },
];

const burstable = (family: string): InstanceType[] =>
  [
    { name: `${family}.nano`, cpu: 2, memoryGiB: 0.5 },
    { name: `${family}.micro`, cpu: 2, memoryGiB: 1 },
    { name: `${family}.small`, cpu: 2, memoryGiB: 2 },
    { name: `${family}.medium`, cpu: 2, memoryGiB: 4 },
    { name: `${family}.large`, cpu: 2, memoryGiB: 8 },
  ].map((type) => ({ ...type, vcpu: "burstable" as const }));

/**
 * The EC2 instance types that a service may get. A family's cost is the price per hour of its smallest type, per vCPU
 * (on demand, us-east-1). Prices differ by region and change; their order hardly does, and only the order is used.
 * https://aws.amazon.com/ec2/instance-types/
 */
export const instanceTypes: Readonly<Record<Architecture, InstanceCatalogue>> = {
  x86_64: {
    partTime: burstable("t3"),
    dedicated: dedicatedTypes(
      [
        { name: "c6i", gibPerCpu: 2, cost: 42.5, minCpu: 2, maxCpu: 128 },
        { name: "m6i", gibPerCpu: 4, cost: 48, minCpu: 2, maxCpu: 128 },
        { name: "r6i", gibPerCpu: 8, cost: 63, minCpu: 2, maxCpu: 128 },
      ],
      sizes,
    ),
  },
  arm64: {
    partTime: burstable("t4g"),
    dedicated: dedicatedTypes(
      [
        { name: "c7g", gibPerCpu: 2, cost: 36.3, minCpu: 1, maxCpu: 64 },
        { name: "m7g", gibPerCpu: 4, cost: 40.8, minCpu: 1, maxCpu: 64 },
        { name: "r7g", gibPerCpu: 8, cost: 53.6, minCpu: 1, maxCpu: 64 },
      ],
      sizes,
    ),
  },
};

/** The cheapest EC2 instance type that has at least this size; undefined if none is large enough. */
export function cheapestInstanceType(wanted: Size, architecture: Architecture): InstanceType | undefined {
  return cheapestOf(instanceTypes[architecture], wanted);
}
