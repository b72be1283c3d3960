import type { InstanceSpec } from "../../spec";

/** A size as the stack file tells it. */
export type Size = InstanceSpec["size"];

type Architecture = InstanceSpec["architecture"];

/**
 * The sizes that Elastic Container Instance (ECI) has in every region: vCPUs to the GiB of memory that go with them. Any
 * other size it would round up, and bill so.
 * https://www.alibabacloud.com/help/en/eci/user-guide/specify-the-number-of-vcpus-and-memory-size-to-create-an-elastic-container-instance
 */
const eciSizes: readonly { readonly cpu: number; readonly memoryGiB: readonly number[] }[] = [
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
];

/** ECI bills a vCPU about eight times as much as a GiB; only the order that follows from it matters here. */
const eciCost = ({ cpu, memoryGiB }: Size) => 8 * cpu + memoryGiB;

/** Every size that ECI has, with its cost relative to the others. */
export function eciTable(): (Size & { readonly cost: number })[] {
  return eciSizes.flatMap(({ cpu, memoryGiB }) =>
    memoryGiB.map((memory) => ({ cpu, memoryGiB: memory, cost: eciCost({ cpu, memoryGiB: memory }) })),
  );
}

/** Whether ECI has this very size. */
export function isEciSize({ cpu, memoryGiB }: Size): boolean {
  return eciSizes.some((size) => size.cpu === cpu && size.memoryGiB.includes(memoryGiB));
}

/** The cheapest ECI size that has at least this; undefined if none is large enough. */
export function cheapestEci(wanted: Size): Size | undefined {
  const cheapest = eciTable()
    .filter((size) => size.cpu >= wanted.cpu && size.memoryGiB >= wanted.memoryGiB)
    .sort((a, b) => a.cost - b.cost)[0];
  return cheapest && { cpu: cheapest.cpu, memoryGiB: cheapest.memoryGiB };
}

/** An ECS instance type. */
export interface InstanceType {
  /** Its name, such as ecs.u1-c1m2.large. */
  readonly name: string;
  readonly cpu: number;
  readonly memoryGiB: number;
  /** It shares its vCPUs with other customers' instances instead of having them always. */
  readonly shared: boolean;
}

/** The economy family e, for less than one vCPU. https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-instance-families */
const sharedSizes = [
  { name: "ecs.e-c4m1.large", cpu: 2, memoryGiB: 0.5 },
  { name: "ecs.e-c2m1.large", cpu: 2, memoryGiB: 1 },
  { name: "ecs.e-c1m1.large", cpu: 2, memoryGiB: 2 },
  { name: "ecs.e-c1m2.large", cpu: 2, memoryGiB: 4 },
  { name: "ecs.e-c1m4.large", cpu: 2, memoryGiB: 8 },
] as const;

interface Family {
  readonly name: (size: string) => string;
  readonly gibPerCpu: number;
  /** What a vCPU costs relative to the other families. */
  readonly cost: number;
  /** The vCPUs of its smallest and its largest type. */
  readonly from: number;
  readonly to: number;
}

/**
 * Families in the order of their price per hour at the same size, with what a vCPU costs relative to the others (pay as
 * you go, cn-hangzhou). Prices differ by region and change; their order hardly does, and it is all that is used.
 * https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-instance-families
 */
const families: Readonly<Record<Architecture, readonly Family[]>> = {
  x86_64: [
    { name: (size) => `ecs.u1-c1m1.${size}`, gibPerCpu: 1, cost: 13, from: 2, to: 32 },
    { name: (size) => `ecs.u1-c1m2.${size}`, gibPerCpu: 2, cost: 17, from: 2, to: 32 },
    { name: (size) => `ecs.u1-c1m4.${size}`, gibPerCpu: 4, cost: 22, from: 2, to: 32 },
    { name: (size) => `ecs.u1-c1m8.${size}`, gibPerCpu: 8, cost: 29, from: 2, to: 32 },
    { name: (size) => `ecs.c7.${size}`, gibPerCpu: 2, cost: 20, from: 2, to: 128 },
    { name: (size) => `ecs.g7.${size}`, gibPerCpu: 4, cost: 26, from: 2, to: 128 },
    { name: (size) => `ecs.r7.${size}`, gibPerCpu: 8, cost: 34, from: 2, to: 128 },
  ],
  arm64: [
    { name: (size) => `ecs.c8y.${size}`, gibPerCpu: 2, cost: 13.3, from: 1, to: 128 },
    { name: (size) => `ecs.g8y.${size}`, gibPerCpu: 4, cost: 20, from: 1, to: 128 },
    { name: (size) => `ecs.r8y.${size}`, gibPerCpu: 8, cost: 26, from: 1, to: 128 },
  ],
};

const steadySizes = [
  { size: "small", cpu: 1 },
  { size: "large", cpu: 2 },
  { size: "xlarge", cpu: 4 },
  { size: "2xlarge", cpu: 8 },
  { size: "4xlarge", cpu: 16 },
  { size: "8xlarge", cpu: 32 },
  { size: "16xlarge", cpu: 64 },
  { size: "32xlarge", cpu: 128 },
] as const;

/** Every type that gives its vCPUs all the time, with its cost relative to the others. */
export function steadyTable(architecture: Architecture): (InstanceType & { readonly cost: number })[] {
  return steadySizes.flatMap(({ size, cpu }) =>
    families[architecture]
      .filter(({ from, to }) => cpu >= from && cpu <= to)
      .map(({ name, gibPerCpu, cost }) => ({
        name: name(size),
        cpu,
        memoryGiB: cpu * gibPerCpu,
        shared: false,
        cost: cpu * cost,
      })),
  );
}

/**
 * The cheapest instance type that has at least this size; undefined if none is large enough. Less than one vCPU means
 * a part-time processor, so a type that shares one fits; from one vCPU on, the type must give it all the time.
 */
export function cheapestInstanceType(wanted: Size, architecture: Architecture): InstanceType | undefined {
  const fits = (type: Size) => type.cpu >= wanted.cpu && type.memoryGiB >= wanted.memoryGiB;
  const small = architecture === "x86_64" && wanted.cpu < 1 ? sharedSizes.find(fits) : undefined;
  if (small) return { ...small, shared: true };
  const cheapest = steadyTable(architecture)
    .filter(fits)
    .sort((a, b) => a.cost - b.cost)[0];
  return cheapest && { name: cheapest.name, cpu: cheapest.cpu, memoryGiB: cheapest.memoryGiB, shared: false };
}

/** What an instance type is, in words. */
export function describeType({ name, cpu, memoryGiB, shared }: InstanceType, architecture: Architecture): string {
  return `${name} (${cpu} ${shared ? "shared " : ""}vCPU, ${memoryGiB} GiB, ${architecture})`;
}
