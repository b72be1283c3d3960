import { serviceKey } from "../../components/config-keys";
import { parseValue } from "../../components/config-values";
import { isMapping } from "../../components/stack-file/values";
import { PlanFailure } from "../../plan/failure";
import type { Configuration } from "../stack";
import { type Check, type Verdict, failed, passed, reasonOf, unseen } from "../verdict";

/** What a stack file asks of an account, before anything exists. */
export interface Wishes {
  readonly cloud: "aws" | "alicloud";
  readonly region: string;
  readonly compute: "vm" | "container";
  readonly files: boolean;
  readonly share: boolean;
  readonly secrets: boolean;
  /** Whether an instance of Container Registry is named. */
  readonly registry: boolean;
  /** Whether the stack creates its network. */
  readonly newNetwork: boolean;
  /** The NAT gateways of a new network, each with an address. */
  readonly gateways: number;
  readonly schedules: boolean;
  readonly instances: number;
  /** vCPUs of one instance. */
  readonly cpu: number;
}

/** Reads what a stack asks of its account. What the stack file leaves out counts with its default. */
export function wishesOf(configuration: Configuration): Wishes {
  const cloud = configuration["immutable-service:cloud"] === "alicloud" ? "alicloud" : "aws";
  const region = configuration[`${cloud}:region`];
  if (region === undefined) throw new PlanFailure(`the stack's configuration has no ${cloud}:region`);
  const service = mapping(parseValue(configuration[serviceKey] ?? "{}"));
  const [network, files, own] = [mapping(service.network), mapping(service.files), mapping(service.alicloud)];
  const [instances, size] = [mapping(service.instances), mapping(service.size)];
  const newNetwork = network.vpcId === undefined;
  const zones = Array.isArray(network.zones) ? network.zones.length : Number(network.zones ?? 2);
  const byEgress: Readonly<Record<string, number>> = { nat: 1, endpoints: 0 };
  const egress = typeof network.egress === "string" ? network.egress : "nat-per-zone";
  return {
    cloud,
    region,
    compute: service.compute === "vm" ? "vm" : "container",
    files: service.files !== undefined,
    share: files.share !== undefined,
    secrets: service.secrets !== undefined,
    registry: own.registry !== undefined,
    newNetwork,
    gateways: newNetwork ? (byEgress[egress] ?? zones) : 0,
    schedules: Array.isArray(service.scaling) && service.scaling.some((one) => mapping(one).schedule !== undefined),
    instances: Number(instances.min ?? 2),
    // The smallest machine that either cloud's table has for x86_64 has two vCPUs, whatever less is asked for.
    cpu: service.compute === "vm" ? Math.max(2, Number(size.cpu ?? 2)) : Number(size.cpu ?? 0.5),
  };
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}

/** Judges whether a role exists that a cloud's service uses. */
export function judgeRole(exists: boolean, role: string, command: string): Verdict {
  return exists
    ? passed(role)
    : failed(
        `the account has no ${role}`,
        `the first update creates it if its credentials may; otherwise run: ${command}`,
      );
}

/** How clouds refuse the calls of an account that has not activated a product. */
const inactive = /NotActivated|NOT_?OPEN|UserDisable|inactive|not\s+(been\s+)?(activated|opened)|NotEnabled/i;

/** Judges a product by the error of its simplest request; undefined: there was none. */
export function judgeProduct(product: string, error: unknown, open: string): Verdict {
  if (error === undefined) return passed(`${product} is activated`);
  const reason = reasonOf(error);
  return inactive.test(reason)
    ? failed(`the account has not activated ${product} (${reason})`, open)
    : unseen(`${product}: ${reason}`, "allow the request, or look in the console");
}

/** The check of a product, by its simplest request. */
export function productCheck(product: string, request: () => Promise<unknown>, open: string): Check {
  const run = () =>
    request().then(
      () => judgeProduct(product, undefined, open),
      (error: unknown) => judgeProduct(product, error, open),
    );
  return { name: `activated: ${product}`, run };
}
