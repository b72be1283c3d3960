import type * as Credentials from "@alicloud/credentials";
import * as pulumi from "@pulumi/pulumi";
import type * as Proxy from "proxy-agent";
import type { Context } from "../context";
import type { AnyClient } from "./healthy";
import { endpointOf } from "./regions";

interface Asked {
  readonly region: string;
  readonly vpc: string;
  /** The vSwitches' ids, each once. */
  readonly ids: readonly string[];
  /** Where networks are asked for. */
  readonly endpoint: string;
}

interface Told extends Asked {
  /** The zone of each, in the order of the ids. */
  readonly zones: readonly string[];
  /** The range of each, in the order of the ids. */
  readonly ranges: readonly string[];
}

interface Switch {
  readonly ZoneId?: string;
  readonly CidrBlock?: string;
  readonly VpcId?: string;
}

/* Stands alone like the provider in healthy.ts, and for the same reason. */
const provider: pulumi.dynamic.ResourceProvider<Asked, Told> = {
  async create(asked) {
    /* eslint-disable @typescript-eslint/no-require-imports -- resolved in the provider's process, where no import of this file exists */
    const { RPCClient } = require("@alicloud/pop-core") as { RPCClient: AnyClient };
    const { default: Credential, Config } = require("@alicloud/credentials") as typeof Credentials;
    const { ProxyAgent } = require("proxy-agent") as typeof Proxy;
    /* eslint-enable @typescript-eslint/no-require-imports */
    const {
      ALICLOUD_ACCESS_KEY: accessKeyId,
      ALICLOUD_SECRET_KEY: accessKeySecret,
      ALICLOUD_SECURITY_TOKEN: securityToken,
    } = process.env;
    const given = accessKeyId !== undefined && accessKeySecret !== undefined;
    const credential = new Credential(
      given
        ? new Config({
            type: securityToken === undefined ? "access_key" : "sts",
            accessKeyId,
            accessKeySecret,
            securityToken,
          })
        : null,
    );
    const client = new RPCClient({
      endpoint: asked.endpoint,
      apiVersion: "2016-04-28",
      credentialsProvider: { getCredentials: () => credential.getCredential() },
    });
    const deadline = Date.now() + 60_000;
    const problems: string[] = [];
    const zones: string[] = [];
    const ranges: string[] = [];
    for (const id of asked.ids) {
      for (;;) {
        try {
          const found = (await client.request(
            "DescribeVSwitchAttributes",
            { RegionId: asked.region, VSwitchId: id },
            { method: "POST", agent: new ProxyAgent(), timeout: 15_000 },
          )) as Switch;
          if (found.VpcId !== asked.vpc) problems.push(`${id} is in ${found.VpcId ?? "no network"}`);
          zones.push(found.ZoneId ?? "");
          ranges.push(found.CidrBlock ?? "");
          break;
        } catch (error) {
          const code = (error as { code?: unknown }).code;
          const told = `${typeof code === "string" ? code : ""} ${error instanceof Error ? error.message : String(error)}`;
          if (/InvalidVswitchID|InvalidVSwitchId/i.test(told)) {
            problems.push(`${id} is not there`);
            break;
          }
          if (
            /Forbidden|NoPermission|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurityToken|unable to get credential/i.test(
              told,
            ) ||
            Date.now() >= deadline
          )
            throw error;
          await new Promise((resolve) => setTimeout(resolve, 2000));
        }
      }
    }
    if (problems.length === 0 && new Set(zones).size < 2)
      problems.push(`they are all in ${zones.join(", ")}, and a load balancer needs two zones`);
    if (problems.length > 0)
      throw new Error(
        `the vSwitches for the load balancer must be in two or more zones of ${asked.vpc} in ${asked.region}: ${problems.join("; ")}`,
      );
    return { id: asked.ids.join(), outs: { ...asked, zones, ranges } };
  },
  // A vSwitch keeps its zone and its range as long as it lives.
  diff: (_id, before, now) => {
    const replaced = before.vpc !== now.vpc || before.ids.join() !== now.ids.join();
    return Promise.resolve({ changes: replaced, replaces: replaced ? ["ids"] : [] });
  },
};

/**
 * Asks for the zone and the range of each vSwitch of a network that is not the stack's own. It is asked in the update:
 * the SDK's own lookups ask while a preview runs, which would need credentials for it.
 */
export class GivenSwitches extends pulumi.dynamic.Resource {
  declare readonly zones: pulumi.Output<string[]>;
  declare readonly ranges: pulumi.Output<string[]>;

  constructor({ name, parent, facts }: Context<unknown>, vpc: string, ids: readonly string[]) {
    const asked: Asked = { region: facts.region, vpc, ids, endpoint: endpointOf(facts, "vpc") };
    super(
      provider,
      `${name}-given-switches`,
      { ...asked, zones: undefined, ranges: undefined },
      { parent },
      "immutable-service",
      "GivenSwitches",
    );
  }
}
