import type * as LoadBalancing from "@aws-sdk/client-elastic-load-balancing-v2";
import * as pulumi from "@pulumi/pulumi";
import type * as Proxy from "proxy-agent";

/** What is compared. */
export interface MovedArgs {
  readonly region: string;
  /** The ARN of the rule that shares traffic out. */
  readonly rule: pulumi.Input<string>;
  /** The target groups that it must name, each as its ARN, `=` and its weight in percent. */
  readonly shares: pulumi.Input<string[]>;
}

interface Asked {
  readonly region: string;
  readonly rule: string;
  readonly shares: readonly string[];
}

/* Stands alone like the provider in healthy.ts, and for the same reason. */
const provider: pulumi.dynamic.ResourceProvider<Asked, Asked> = {
  async create(asked) {
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
    /* eslint-disable @typescript-eslint/no-require-imports -- resolved in the provider's process, where no import of this file exists */
    const loadBalancing = require("@aws-sdk/client-elastic-load-balancing-v2") as typeof LoadBalancing;
    const { ProxyAgent } = require("proxy-agent") as typeof Proxy;
    /* eslint-enable @typescript-eslint/no-require-imports */
    const agent = new ProxyAgent();
    const client = new loadBalancing.ElasticLoadBalancingV2Client({
      region: asked.region,
      maxAttempts: 10,
      requestHandler: { httpAgent: agent, httpsAgent: agent },
    });
    const { Rules: rules = [] } = await client.send(new loadBalancing.DescribeRulesCommand({ RuleArns: [asked.rule] }));
    const action = rules[0]?.Actions?.find((candidate) => candidate.Type === "forward");
    const named = action?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action?.TargetGroupArn, Weight: 1 }];
    const total = named.reduce((sum, target) => sum + (target.Weight ?? 1), 0);
    const live = named
      .map(
        (target) =>
          `${target.TargetGroupArn ?? "none"}=${total === 0 ? 0 : Math.round(((target.Weight ?? 1) * 100) / total)}`,
      )
      .sort();
    if (live.join() === [...asked.shares].sort().join()) return { id: asked.rule, outs: asked };
    throw new Error(
      `the traffic split in the cloud is not the one that was asked for: it is ${live.join(" and ")}, wanted ${asked.shares.join(" and ")}. ` +
        "An update of the rule failed or somebody changed it. Nothing was deleted; run pulumi up --refresh.",
    );
  },
  async update(_id, _before, now) {
    const { outs } = await provider.create(now);
    return { outs: outs as Asked };
  },
  diff(_id, before, now) {
    const replaced = before.rule !== now.rule;
    // As JSON, because in a preview shares that are not known yet are no list.
    return Promise.resolve({
      changes: replaced || JSON.stringify(before.shares) !== JSON.stringify(now.shares),
      replaces: replaced ? ["rule"] : [],
    });
  },
};

/**
 * Reads the traffic split back before the old release is deleted. An update of the rule that fails is recorded as done:
 * the next `pulumi up` would call it unchanged and delete the release that still has the traffic.
 */
export class Moved extends pulumi.dynamic.Resource {
  constructor(name: string, args: MovedArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, args, opts, "immutable-service", "Moved");
  }
}
