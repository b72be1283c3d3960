import type { InstanceSpec } from "../spec";

/** From the size in a stack file to what a cloud sells: the search is here, the tables are in each cloud's folder. */

/** vCPUs and memory, as the stack file has them. */
export type Size = InstanceSpec["size"];
/** The processor architecture. */
export type Architecture = InstanceSpec["architecture"];

/** The machine that bakes an image: enough for Ansible and a package manager. */
export const builderSize: Size = { cpu: 2, memoryGiB: 4 };

/** An offer with its price relative to the others of its table. Prices of different tables do not compare. */
export type Priced<T> = T & { readonly cost: number };

/** Rows of a table of container sizes: vCPUs, and the GiB of memory that they can have. */
export type ContainerSizes = readonly { readonly cpu: number; readonly memoryGiB: readonly number[] }[];

/** Numbers from `from` to `to`, `by` apart. */
export function steps(from: number, to: number, by: number): number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_, index) => from + index * by);
}

/** Every size of a table with its price. `gibPerCpu` is how many GiB of memory cost as much as one vCPU. */
export function priced(sizes: ContainerSizes, gibPerCpu: number): Priced<Size>[] {
  return sizes.flatMap(({ cpu, memoryGiB }) =>
    memoryGiB.map((memory) => ({ cpu, memoryGiB: memory, cost: gibPerCpu * cpu + memory })),
  );
}

/** Whether a table has exactly this size. */
export function hasSize(sizes: readonly Size[], wanted: Size): boolean {
  return sizes.some(({ cpu, memoryGiB }) => cpu === wanted.cpu && memoryGiB === wanted.memoryGiB);
}

/** Whether something has at least the vCPUs and the memory of a size. */
export function fits(offered: Size, wanted: Size): boolean {
  return offered.cpu >= wanted.cpu && offered.memoryGiB >= wanted.memoryGiB;
}

/** The cheapest offer that has at least this size, and the first at that price; undefined if none is large enough. */
export function cheapest<T extends Size>(offers: readonly Priced<T>[], wanted: Size): Priced<T> | undefined {
  return offers.filter((offer) => fits(offer, wanted)).sort((a, b) => a.cost - b.cost)[0];
}

/** A type of virtual machine. */
export interface InstanceType {
  /** Its name in the cloud, such as t3.micro. */
  readonly name: string;
  readonly cpu: number;
  readonly memoryGiB: number;
  /**
   * How it gets its vCPUs: all the time (dedicated), earned over time (burstable), or in competition with instances of
   * other customers (shared).
   */
  readonly vcpu: "dedicated" | "burstable" | "shared";
}

/** Instance types with dedicated vCPUs, all with the same ratio of memory to vCPUs. */
export interface InstanceFamily {
  /** What the names of its types begin with, before a dot and the size's name. */
  readonly name: string;
  readonly gibPerCpu: number;
  /** The price of a vCPU with its memory. */
  readonly cost: number;
  /** The vCPUs of its smallest and of its largest type. */
  readonly minCpu: number;
  readonly maxCpu: number;
}

/** The types of some families: each has those of the sizes that lie between its smallest and its largest. */
export function dedicatedTypes(
  families: readonly InstanceFamily[],
  sizes: readonly { readonly name: string; readonly cpu: number }[],
): Priced<InstanceType>[] {
  return sizes.flatMap(({ name: size, cpu }) =>
    families
      .filter(({ minCpu, maxCpu }) => cpu >= minCpu && cpu <= maxCpu)
      .map(({ name, gibPerCpu, cost }) => ({
        name: `${name}.${size}`,
        cpu,
        memoryGiB: cpu * gibPerCpu,
        vcpu: "dedicated" as const,
        cost: cpu * cost,
      })),
  );
}

/** What a cloud offers for one architecture. */
export interface InstanceCatalogue {
  /** Types for less than one vCPU, cheapest first. */
  readonly partTime: readonly InstanceType[];
  /** Types with dedicated vCPUs. */
  readonly dedicated: readonly Priced<InstanceType>[];
}

/**
 * The cheapest instance type that has at least this size; undefined if none is large enough. A part-time vCPU is enough
 * for less than one vCPU; from one vCPU on, the type must provide it all the time.
 */
export function cheapestOf({ partTime, dedicated }: InstanceCatalogue, wanted: Size): InstanceType | undefined {
  const small = wanted.cpu < 1 ? partTime.find((type) => fits(type, wanted)) : undefined;
  return small ?? cheapest(dedicated, wanted);
}

/** An instance type for the plan, such as "t3.micro (2 burstable vCPU, 1 GiB, x86_64)". */
export function describeInstanceType({ name, cpu, memoryGiB, vcpu }: InstanceType, architecture: Architecture): string {
  return `${name} (${cpu} ${vcpu === "dedicated" ? "" : `${vcpu} `}vCPU, ${memoryGiB} GiB, ${architecture})`;
}
