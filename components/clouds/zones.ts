import type { NewNetwork } from "../spec";

/** The zones of a new network, sorted: those that the stack file lists, or the first ones of the region's table. */
export function zonesFor({ zones }: NewNetwork, ofRegion: readonly string[] = []): readonly string[] {
  return [...(typeof zones === "number" ? ofRegion.slice(0, zones) : zones)].sort();
}
