import type * as Credentials from "@alicloud/credentials";
import * as pulumi from "@pulumi/pulumi";
import type * as Proxy from "proxy-agent";
import type { AnyClient } from "./healthy";
import type { StackFacts } from "../cloud";
import { endpointOf } from "./regions";

/** What is compared. */
export interface MovedArgs {
  /** Where the stack is. */
  readonly facts: StackFacts;
  /** The id of the rule that shares traffic out. */
  readonly rule: pulumi.Input<string>;
  /** The target groups that it must name, each as its id, `=` and its weight in percent. */
  readonly shares: pulumi.Input<string[]>;
}

interface Asked {
  readonly region: string;
  readonly rule: string;
  readonly shares: readonly string[];
  readonly loadBalancing: string;
}

interface Rules {
  readonly Rules?: readonly {
    readonly RuleActions?: readonly {
      readonly Type: string;
      readonly ForwardGroupConfig?: {
        readonly ServerGroupTuples?: readonly { readonly ServerGroupId: string; readonly Weight?: number }[];
      };
    }[];
  }[];
}

/* Stands alone like the provider in healthy.ts, and for the same reason. */
const provider: pulumi.dynamic.ResourceProvider<Asked, Asked> = {
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
      endpoint: asked.loadBalancing,
      apiVersion: "2020-06-16",
      credentialsProvider: { getCredentials: () => credential.getCredential() },
    });
    const deadline = Date.now() + 60_000;
    for (;;) {
      let live: string[];
      try {
        const { Rules: rules = [] } = (await client.request(
          "ListRules",
          { RegionId: asked.region, "RuleIds.1": asked.rule },
          { method: "POST", agent: new ProxyAgent(), timeout: 15_000 },
        )) as Rules;
        const named = (rules[0]?.RuleActions ?? [])
          .filter((action) => action.Type === "ForwardGroup")
          .flatMap((action) => action.ForwardGroupConfig?.ServerGroupTuples ?? []);
        live = named.map((target) => `${target.ServerGroupId}=${target.Weight ?? 100}`).sort();
      } catch (error) {
        if (Date.now() >= deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 2000));
        continue;
      }
      if (live.join() === [...asked.shares].sort().join()) return { id: asked.rule, outs: asked };
      throw new Error(
        `the traffic split in the cloud is not the one that was asked for: it is ${live.join(" and ")}, wanted ${asked.shares.join(" and ")}. ` +
          "An update of the rule failed or somebody changed it. Nothing was deleted; run pulumi up --refresh.",
      );
    }
  },
  async update(_id, _before, now) {
    const { outs } = await provider.create(now);
    return { outs: outs as Asked };
  },
  diff(_id, before, now) {
    const replaced = before.rule !== now.rule;
    return Promise.resolve({
      changes: replaced || before.shares.join() !== now.shares.join(),
      replaces: replaced ? ["rule"] : [],
    });
  },
};

/**
 * Reads the traffic split back before the old release is deleted. An update of the rule that fails is recorded as done:
 * the next `pulumi up` would call it unchanged and delete the release that still has the traffic.
 */
export class Moved extends pulumi.dynamic.Resource {
  constructor(name: string, { facts, ...args }: MovedArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      { ...args, region: facts.region, loadBalancing: endpointOf(facts, "alb") },
      opts,
      "immutable-service",
      "Moved",
    );
  }
}
