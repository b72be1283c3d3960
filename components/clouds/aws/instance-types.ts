import type { InstanceSpec } from "../../spec";

/** A size as the stack file tells it. */
export type Size = InstanceSpec["size"];

/**
 * Fargate's sizes: vCPUs to the GiB of memory that go with them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
const fargateSizes: readonly { readonly cpu: number; readonly memoryGiB: readonly number[] }[] = [
  { cpu: 0.25, memoryGiB: [0.5, 1, 2] },
  { cpu: 0.5, memoryGiB: steps(1, 4, 1) },
  { cpu: 1, memoryGiB: steps(2, 8, 1) },
  { cpu: 2, memoryGiB: steps(4, 16, 1) },
  { cpu: 4, memoryGiB: steps(8, 30, 1) },
  { cpu: 8, memoryGiB: steps(16, 60, 4) },
  { cpu: 16, memoryGiB: steps(32, 120, 8) },
];

function steps(from: number, to: number, by: number): number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_, index) => from + index * by);
}

/** Fargate bills a vCPU about nine times as much as a GiB; only the order that follows from it matters here. */
const fargateCost = ({ cpu, memoryGiB }: Size) => 9 * cpu + memoryGiB;

/** Whether Fargate has this very size. */
export function isFargateSize({ cpu, memoryGiB }: Size): boolean {
  return fargateSizes.some((size) => size.cpu === cpu && size.memoryGiB.includes(memoryGiB));
}

/** Every size that Fargate has, with its cost relative to the others. */
export function fargateTable(): (Size & { readonly cost: number })[] {
  return fargateSizes.flatMap(({ cpu, memoryGiB }) =>
    memoryGiB.map((memory) => ({ cpu, memoryGiB: memory, cost: fargateCost({ cpu, memoryGiB: memory }) })),
  );
}

/** The cheapest Fargate size that has at least this; undefined if none is large enough. */
export function cheapestFargate(wanted: Size): Size | undefined {
  const cheapest = fargateTable()
    .filter((size) => size.cpu >= wanted.cpu && size.memoryGiB >= wanted.memoryGiB)
    .sort((a, b) => a.cost - b.cost)[0];
  return cheapest && { cpu: cheapest.cpu, memoryGiB: cheapest.memoryGiB };
}

/** An EC2 instance type. */
export interface InstanceType {
  /** Its name, such as t3.micro. */
  readonly name: string;
  readonly cpu: number;
  readonly memoryGiB: number;
  /** It earns its vCPUs over time instead of having them always. */
  readonly burstable: boolean;
}

/**
 * Families in the order of their price per hour at the same size, with what a vCPU of the smallest size costs relative
 * to the others (on demand, us-east-1). Prices differ by region and change; their order hardly does, and it is all that
 * is used. https://aws.amazon.com/ec2/instance-types/
 */
const burstable: Record<InstanceSpec["architecture"], string> = { x86_64: "t3", arm64: "t4g" };
const burstableSizes = [
  { size: "nano", cpu: 2, memoryGiB: 0.5 },
  { size: "micro", cpu: 2, memoryGiB: 1 },
  { size: "small", cpu: 2, memoryGiB: 2 },
  { size: "medium", cpu: 2, memoryGiB: 4 },
  { size: "large", cpu: 2, memoryGiB: 8 },
];
const steadyFamilies: Record<
  InstanceSpec["architecture"],
  readonly { family: string; gibPerCpu: number; cost: number }[]
> = {
  x86_64: [
    { family: "c6i", gibPerCpu: 2, cost: 42.5 },
    { family: "m6i", gibPerCpu: 4, cost: 48 },
    { family: "r6i", gibPerCpu: 8, cost: 63 },
  ],
  arm64: [
    { family: "c7g", gibPerCpu: 2, cost: 36.3 },
    { family: "m7g", gibPerCpu: 4, cost: 40.8 },
    { family: "r7g", gibPerCpu: 8, cost: 53.6 },
  ],
};
const steadySizes: readonly { size: string; cpu: number; only?: InstanceSpec["architecture"] }[] = [
  { size: "medium", cpu: 1, only: "arm64" },
  { size: "large", cpu: 2 },
  { size: "xlarge", cpu: 4 },
  { size: "2xlarge", cpu: 8 },
  { size: "4xlarge", cpu: 16 },
  { size: "8xlarge", cpu: 32 },
  { size: "12xlarge", cpu: 48 },
  { size: "16xlarge", cpu: 64 },
  { size: "24xlarge", cpu: 96, only: "x86_64" },
  { size: "32xlarge", cpu: 128, only: "x86_64" },
];

/** Every type that gives its vCPUs all the time, with its cost relative to the others. */
export function steadyTable(architecture: InstanceSpec["architecture"]): (InstanceType & { readonly cost: number })[] {
  return steadySizes
    .filter(({ only }) => only === undefined || only === architecture)
    .flatMap(({ size, cpu }) =>
      steadyFamilies[architecture].map(({ family, gibPerCpu, cost }) => ({
        name: `${family}.${size}`,
        cpu,
        memoryGiB: cpu * gibPerCpu,
        burstable: false,
        cost: cpu * cost,
      })),
    );
}

/**
 * The cheapest instance type that has at least this size; undefined if none is large enough. Less than one vCPU means
 * a part-time processor, so a burstable type fits; from one vCPU on, the type must be able to give it all the time.
 */
export function cheapestInstanceType(
  wanted: Size,
  architecture: InstanceSpec["architecture"],
): InstanceType | undefined {
  const fits = (type: Size) => type.cpu >= wanted.cpu && type.memoryGiB >= wanted.memoryGiB;
  const small = wanted.cpu < 1 ? burstableSizes.find(fits) : undefined;
  if (small)
    return {
      name: `${burstable[architecture]}.${small.size}`,
      cpu: small.cpu,
      memoryGiB: small.memoryGiB,
      burstable: true,
    };
  const cheapest = steadyTable(architecture)
    .filter(fits)
    .sort((a, b) => a.cost - b.cost)[0];
  return cheapest && { name: cheapest.name, cpu: cheapest.cpu, memoryGiB: cheapest.memoryGiB, burstable: false };
}
