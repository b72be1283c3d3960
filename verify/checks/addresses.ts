import type { QuotaFacts } from "./quotas";

/** A subnet of a group, as a cloud describes it. */
export interface SubnetFacts {
  /** Such as 10.0.16.0/20. */
  readonly cidr: string;
  /** How many addresses are left; undefined where the cloud does not say. */
  readonly free: number | undefined;
}

/** The addresses of a group's subnets, of which each instance of a release needs one. `reserved` are the cloud's, per subnet. */
export function addressFacts(subnets: readonly SubnetFacts[], reserved: number, needs: number): QuotaFacts {
  const limit = sum(subnets.map(({ cidr }) => 2 ** (32 - Number(cidr.slice(cidr.indexOf("/") + 1))) - reserved));
  const free = subnets.flatMap((one) => one.free ?? []);
  return {
    name: "addresses of the subnets",
    limit,
    used: free.length < subnets.length || subnets.length === 0 ? undefined : limit - sum(free),
    needs,
    raise: "use a larger network.cidr for the next network, or further subnets (network.subnetIds)",
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
