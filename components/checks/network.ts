import ipaddr from "ipaddr.js";
import { type Problem, problemIf, problemIfRepeated, show } from "../stack-file/problems";
import type { ValidFields } from "../stack-file/schema";

/** Checks the ranges of the network and of those who can reach the load balancer, and the load balancer's subnets. */
export function checkNetwork({ network = {}, loadBalancer = {} }: ValidFields): Problem[] {
  return [
    ...(loadBalancer.allowFrom ?? []).flatMap((range, index, all): Problem[] => {
      const path = `loadBalancer.allowFrom[${index}]`;
      if (range === undefined) return [];
      const repeated = problemIfRepeated(all, index, path);
      if (repeated.length > 0) return repeated;
      return problemIf(
        !isRange(range),
        "invalid-range",
        path,
        (ipaddr.IPv4.isValidCIDR(range)
          ? "must be an IPv4 range that begins at its first address such as 10.0.0.0/16"
          : "must be four numbers from 0 to 255, a slash and a number from 0 to 32, such as 10.0.0.0/16") +
          `, got ${show(range)}${beginning(range)}`,
      );
    }),
    ...problemIf(
      "vpcId" in network && !("publicSubnetIds" in network) && loadBalancer.internal === false,
      "missing",
      "network.publicSubnetIds",
      "is missing: give the subnets for the load balancer, or set loadBalancer.internal to true",
    ),
    ...("cidr" in network && network.cidr !== undefined ? checkRange(network.cidr) : []),
  ];
}

function checkRange(cidr: string): Problem[] {
  const bits = Number(cidr.split("/")[1]);
  const fits = isRange(cidr) && ipaddr.IPv4.parseCIDR(cidr)[0].range() === "private" && bits >= 16 && bits <= 20;
  return problemIf(
    !fits,
    "invalid-range",
    "network.cidr",
    `must be a private IPv4 range from a /16 to a /20 such as 10.0.0.0/16, got ${show(cidr)}${beginning(cidr)}`,
  );
}

/** Clouds refuse a range such as 10.0.0.1/16, or read it as 10.0.0.0/16 and report a change at every update. */
function isRange(cidr: string): boolean {
  return ipaddr.IPv4.isValidCIDR(cidr) && ipaddr.IPv4.networkAddressFromCIDR(cidr).toString() === cidr.split("/")[0];
}

/** The end of a message on a range that begins at another address. */
function beginning(cidr: string): string {
  if (!ipaddr.IPv4.isValidCIDR(cidr) || isRange(cidr)) return "";
  return `; give ${ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()}/${cidr.split("/")[1] ?? ""}`;
}
