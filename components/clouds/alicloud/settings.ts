import * as pulumi from "@pulumi/pulumi";
import { isEmpty, parseValue } from "../../config-values";
import { type Problem, show } from "../../stack-file/problems";
import { isMapping } from "../../stack-file/values";
import type { CloudOptions, StackFacts } from "../cloud";
import { readRegion, refuseKeys } from "../settings";
import { regions } from "./regions";

const accountTypes = ["Domestic", "International"] as const;

/**
 * The settings of `alicloudProviders`: those of Pulumi's provider for Alibaba Cloud that a service's own requests can
 * use too, with the names and meanings that they have there. Endpoints are an option of `alicloud`.
 */
export interface AlicloudProviderSettings {
  readonly region: pulumi.Input<string>;
  readonly accountType?: pulumi.Input<string>;
  readonly accountId?: pulumi.Input<string>;
  readonly profile?: pulumi.Input<string>;
  readonly sharedCredentialsFile?: pulumi.Input<string>;
  readonly accessKey?: pulumi.Input<string>;
  readonly secretKey?: pulumi.Input<string>;
  readonly securityToken?: pulumi.Input<string>;
  readonly credentialsUri?: pulumi.Input<string>;
  readonly ecsRoleName?: pulumi.Input<string>;
  readonly assumeRole?: {
    readonly roleArn: pulumi.Input<string>;
    readonly sessionName?: pulumi.Input<string>;
    readonly externalId?: pulumi.Input<string>;
    readonly policy?: pulumi.Input<string>;
    /** In seconds. */
    readonly sessionExpiration?: pulumi.Input<number>;
  };
  readonly assumeRoleWithOidc?: {
    readonly roleArn: pulumi.Input<string>;
    readonly oidcProviderArn: pulumi.Input<string>;
    readonly oidcToken?: pulumi.Input<string>;
    readonly oidcTokenFile?: pulumi.Input<string>;
    readonly roleSessionName?: pulumi.Input<string>;
    readonly policy?: pulumi.Input<string>;
    /** In seconds. */
    readonly sessionExpiration?: pulumi.Input<number>;
  };
}

const theMachines = "remove the key; both then have the address and the protocol of the machine that runs Pulumi";

/** The provider's keys that api.remote.ts cannot honour, with what to do instead. */
const remedies = {
  logEndpoint: "name it in alicloud:endpoints, such as [{ log: cn-hangzhou.log.aliyuncs.com }], and remove the key",
  sourceIp: theMachines,
  secureTransport: theMachines,
  securityTransport: theMachines,
};

/** Where on Alibaba Cloud a service runs. */
export interface AlicloudOptions extends CloudOptions {
  /**
   * The site on which the account was opened: in China, or the international one. `alicloud:accountType` in a stack
   * file. Default: the provider asks the cloud's billing service.
   */
  readonly accountType?: (typeof accountTypes)[number] | undefined;
  /**
   * Host names by service, such as `{ alb: "alb-vpc.cn-hangzhou.aliyuncs.com" }`. `alicloud:endpoints` in a stack file.
   * Default: the public ones of the region.
   */
  readonly endpoints?: Readonly<Record<string, string>> | undefined;
}

/** The stack and its account, as far as names, links and API calls need them. */
export interface AlicloudFacts extends StackFacts {
  readonly accountType: AlicloudOptions["accountType"];
  readonly endpoints: AlicloudOptions["endpoints"];
}

/**
 * Reads Alibaba Cloud's own keys. Adds what is wrong with them to `problems`; the result is then incomplete. The keys
 * that name credentials, such as alicloud:profile, are read by the provider, and in its process by the remote modules.
 */
export function readOptions(problems: Problem[]): AlicloudOptions {
  const config = new pulumi.Config("alicloud");
  refuseKeys("alicloud", remedies, problems);
  return {
    region: readRegion(regions, problems),
    accountType: readAccountType(config.get("accountType") ?? "", problems),
    endpoints: readEndpoints(config.get("endpoints"), problems),
  };
}

function readAccountType(value: string, problems: Problem[]): AlicloudOptions["accountType"] {
  const type = accountTypes.find((one) => one === value);
  if (value !== "" && type === undefined)
    problems.push({
      code: "unknown-value",
      path: "alicloud:accountType",
      message: `must be one of ${accountTypes.map((one) => `"${one}"`).join(", ")}, the site on which the account was opened, got ${show(value)}; left out, the provider asks the cloud`,
    });
  return type;
}

function readEndpoints(value: string | undefined, problems: Problem[]): AlicloudOptions["endpoints"] {
  if (isEmpty(value)) return undefined;
  const parsed = parseValue(value);
  const [endpoints = {}, ...more] = Array.isArray(parsed) ? (parsed as unknown[]) : [parsed];
  if (isMapping(endpoints) && more.length === 0 && Object.values(endpoints).every(isHost))
    return endpoints as Record<string, string>;
  problems.push({
    code: "invalid-format",
    path: "alicloud:endpoints",
    message: `must be a list with one mapping of services to host names such as [{ alb: "alb-vpc.cn-hangzhou.aliyuncs.com" }], got ${show(parsed)}`,
  });
  return undefined;
}

function isHost(value: unknown): boolean {
  return typeof value === "string" && /^(https?:\/\/)?[a-z0-9.-]+(:\d+)?$/i.test(value);
}
