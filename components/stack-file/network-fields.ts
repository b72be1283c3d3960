import { field, integer, list, object, oneOf, string } from "./fields";
import { nonEmpty } from "./instance-fields";
import { cloudNames, perCloud } from "./per-cloud";
import { input, union } from "./unions";
import { isMapping } from "./values";

/** An IPv4 range; that it is one is checked in checks.ts. */
export const ipv4Range = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;
/** Describes an IPv4 range. */
export const ipv4RangeText = "an IPv4 range such as 10.0.0.0/16";

const newNetwork = object(
  {
    cidr: string(ipv4RangeText, ipv4Range, {
      default: "10.0.0.0/16",
      description: "The address range of the network, from a /16 to a /20.",
    }),
    zones: field(
      union(
        {
          number: integer("zones", 2, 6, {}),
          names: list(string("a zone's name or id", nonEmpty, {}), "zones", [2, 6], {}),
        },
        (value) => (Array.isArray(value) ? "names" : typeof value === "number" ? "number" : undefined),
        { what: "a whole number of zones from 2 to 6, or a list of their names" },
      ),
      { default: 2, description: "The zones of the network: how many, or which." },
    ),
    egress: oneOf(["nat-per-zone", "nat", "endpoints"], {
      default: "nat-per-zone",
      description:
        "How instances reach other networks: `nat-per-zone` (a NAT gateway in each zone, survives the loss of a " +
        "zone), `nat` (one NAT gateway for all zones, costs less), or `endpoints` (no internet access, only the " +
        "cloud's own services).",
    }),
  },
  {},
);

const existingNetwork = object(
  {
    vpcId: field(input(string("a network's id", nonEmpty, {})), { description: "The id of the network." }),
    privateSubnetIds: list(input(string("a subnet's id", nonEmpty, {})), "subnet ids", [2, 6], {
      description:
        "The subnets for the instances, each in another zone, from which they reach the image's registry and the " +
        "cloud's services. On AWS, the load balancer must have a subnet in each of these zones.",
    }),
    publicSubnetIds: list(input(string("a subnet's id", nonEmpty, {})), "subnet ids", [2, 6], {
      optional: "none, for an internal load balancer",
      description: "The subnets for a public load balancer, each in another zone.",
    }),
    securityGroupIds: list(input(string("a security group's id", nonEmpty, {})), "security group ids", [1, 4], {
      optional: "none",
      description:
        "Security groups of this network that the instances have beside the service's own, such as one that a database " +
        "admits. Whatever their rules admit reaches the instances. On Alibaba Cloud basic security groups, on `vm` only.",
    }),
  },
  {},
);

/** The network of a service: a new or an existing one. */
export const network = perCloud(
  // The shapes have messages of their own, which do not mention that there may be one per cloud.
  () =>
    union({ "a new network": newNetwork, "an existing network": existingNetwork }, (value) =>
      isMapping(value) && Object.keys(existingNetwork.shape).some((key) => key in value)
        ? "an existing network"
        : "a new network",
    ),
  {
    needed: (cloud) => `the network on ${cloud}, or {} for a new one`,
    isPerCloud: (value) => isMapping(value) && cloudNames.some((name) => name in value),
  },
  {
    default: {},
    description:
      "The network: a new one (`{ cidr, zones, egress }`, the default) or an existing one (`{ vpcId, " +
      "privateSubnetIds, publicSubnetIds, securityGroupIds }`).",
  },
);
