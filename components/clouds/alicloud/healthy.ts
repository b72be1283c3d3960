import type * as Credentials from "@alicloud/credentials";
import * as pulumi from "@pulumi/pulumi";
import type * as Proxy from "proxy-agent";
import type { StackFacts } from "../cloud";
import { endpointOf } from "./regions";

/** What is waited for. */
export interface HealthyArgs {
  /** Where the stack is. */
  readonly facts: StackFacts;
  /** The id of the listener whose rules name the target group. */
  readonly listener: pulumi.Input<string>;
  /** The target group's id. */
  readonly targetGroup: pulumi.Input<string>;
  /** How many of its targets have to be healthy at the same time. */
  readonly instances: number;
  /** Seconds within which they must be. */
  readonly within: number;
  /** The scaling group's id; another one has to be waited for again. */
  readonly group: pulumi.Input<string>;
  /** Seconds that requests on their way have to end before the group is deleted. */
  readonly drain: number;
}

type Asked = {
  readonly [K in Exclude<keyof HealthyArgs, "facts">]: HealthyArgs[K] extends number ? number : string;
} & { readonly region: string; readonly loadBalancing: string; readonly scaling: string };

/** Alibaba Cloud's client for any of its services; the package has no types. */
export interface AnyClient {
  new (settings: {
    endpoint: string;
    apiVersion: string;
    credentialsProvider: { getCredentials(): Promise<unknown> };
  }): {
    request(
      action: string,
      params: Record<string, unknown>,
      options: Record<string, unknown>,
    ): Promise<Record<string, unknown>>;
  };
}

/** A page of a target group's servers. */
interface Servers {
  readonly Servers?: readonly { readonly ServerId: string; readonly Status: string }[];
  readonly NextToken?: string;
}

/** A page of the servers behind a listener's rules that are not healthy. */
interface Ailing {
  readonly RuleHealthStatus?: readonly {
    readonly ServerGroupInfos?: readonly {
      readonly ServerGroupId: string;
      readonly NonNormalServers?: readonly {
        readonly ServerId: string;
        readonly Status: string;
        readonly Reason?: { readonly ReasonCode?: string; readonly ActualResponse?: string };
      }[];
    }[];
  }[];
  readonly NextToken?: string;
}

interface Activities {
  readonly ScalingActivities?: {
    readonly ScalingActivity?: readonly { readonly StatusMessage?: string; readonly ErrorMessage?: string }[];
  };
}

/*
 * Pulumi keeps this object's source text in the state and runs it in another process. It therefore stands alone: every
 * package is required inside, and there are no named inner functions, for which the TypeScript loader would add helpers.
 */
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
    // The provider's own variables first, then wherever Alibaba Cloud's tools look.
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
    const credentialsProvider = { getCredentials: () => credential.getCredential() };
    const loadBalancing = new RPCClient({
      endpoint: asked.loadBalancing,
      apiVersion: "2020-06-16",
      credentialsProvider,
    });
    const options = { method: "POST", agent: new ProxyAgent(), timeout: 15_000 };
    const deadline = Date.now() + asked.within * 1000;
    let before: string[] = [];
    for (;;) {
      let servers: string[] = [];
      const ailing = new Map<string, string>();
      let trouble = "";
      try {
        let token: string | undefined;
        do {
          const page = (await loadBalancing.request(
            "ListServerGroupServers",
            {
              RegionId: asked.region,
              ServerGroupId: asked.targetGroup,
              MaxResults: 100,
              ...(token ? { NextToken: token } : {}),
            },
            { ...options },
          )) as Servers;
          servers = servers.concat(
            (page.Servers ?? []).filter((server) => server.Status === "Available").map((server) => server.ServerId),
          );
          token = page.NextToken;
        } while (token !== undefined && token !== "");
        do {
          const page = (await loadBalancing.request(
            "GetListenerHealthStatus",
            {
              RegionId: asked.region,
              ListenerId: asked.listener,
              IncludeRule: "true",
              MaxResults: 30,
              ...(token ? { NextToken: token } : {}),
            },
            { ...options },
          )) as Ailing;
          for (const info of (page.RuleHealthStatus ?? [])
            .flatMap((rule) => rule.ServerGroupInfos ?? [])
            .filter((one) => one.ServerGroupId === asked.targetGroup)) {
            for (const server of info.NonNormalServers ?? [])
              ailing.set(
                server.ServerId,
                [server.Status, server.Reason?.ReasonCode, server.Reason?.ActualResponse]
                  .filter((part) => part !== undefined && part !== "")
                  .join(" "),
              );
          }
          token = page.NextToken;
        } while (token !== undefined && token !== "");
      } catch (error) {
        // A busy or unreachable service may answer the next time; one that forbids the question never will.
        trouble = error instanceof Error ? error.message : String(error);
        if (
          /Forbidden|NoPermission|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurityToken|unable to get credential/i.test(
            `${error instanceof Error ? error.name : ""} ${trouble}`,
          )
        )
          throw error;
        servers = [];
      }
      // A server that has just joined may not be listed as unchecked yet, and one that was replaced between the two
      // questions is not listed at all: only the same one, found healthy twice, is.
      const found = servers.filter((server) => !ailing.has(server));
      const seen = before;
      const healthy = found.filter((server) => seen.includes(server)).length;
      if (healthy >= asked.instances) return { id: asked.group, outs: asked };
      before = found;
      if (Date.now() + 2000 >= deadline) {
        const reasons = [trouble, ...ailing.values()];
        try {
          const scaling = new RPCClient({ endpoint: asked.scaling, apiVersion: "2014-08-28", credentialsProvider });
          const failed = (await scaling.request(
            "DescribeScalingActivities",
            { RegionId: asked.region, ScalingGroupId: asked.group, StatusCode: "Failed", PageSize: 5 },
            { ...options },
          )) as Activities;
          reasons.push(
            ...(failed.ScalingActivities?.ScalingActivity ?? []).map(
              (activity) => activity.ErrorMessage ?? activity.StatusMessage ?? "",
            ),
          );
        } catch {
          // Why nothing started is a help to the reader only; what is told below is enough to go on.
        }
        const told = [...new Set(reasons.filter((reason) => reason !== ""))].slice(0, 3).join("; ");
        throw new Error(
          `${asked.group} has ${healthy} healthy instances of ${asked.instances} after ${asked.within} s` +
            `${told === "" ? "" : ` (${told})`}. The traffic split was not moved. The next update waits again; to go back, take the change back and update.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  },
  diff(_id, before, now) {
    // Healthy then is what counts; from then on the load balancer and the group look after it.
    const replaced = before.group !== now.group;
    return Promise.resolve({ changes: replaced || before.drain !== now.drain, replaces: replaced ? ["group"] : [] });
  },
  update: (_id, _before, now) => Promise.resolve({ outs: now }),
  async delete(_id, { drain }) {
    // No rule sends new requests here any more, and what the group still has gets its time: deleting a scaling group does not wait for it.
    await new Promise((resolve) => setTimeout(resolve, drain * 1000));
  },
};

/**
 * Waits until a server group's instances are healthy, and on its way out until their last requests have ended. Auto
 * Scaling's resources return before an instance has started, and a create that failed in a wait would be recorded as
 * created, so the next update would take it as done. This resource's failed create is not recorded.
 */
export class Healthy extends pulumi.dynamic.Resource {
  constructor(name: string, { facts, ...args }: HealthyArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      { ...args, region: facts.region, loadBalancing: endpointOf(facts, "alb"), scaling: endpointOf(facts, "ess") },
      opts,
      "immutable-service",
      "Healthy",
    );
  }
}
