import type * as Credentials from "@alicloud/credentials";
import * as pulumi from "@pulumi/pulumi";
import type * as Proxy from "proxy-agent";
import type { AnyClient } from "./healthy";
import { endpointOf } from "./regions";
import type { Context } from "../context";

interface Asked {
  /** The service that the role is for, such as ess.aliyuncs.com. */
  readonly service: string;
  /** The name that the service gives its role. */
  readonly role: string;
  /** Where roles are asked for. */
  readonly endpoint: string;
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
      endpoint: asked.endpoint,
      apiVersion: "2020-03-31",
      credentialsProvider: { getCredentials: () => credential.getCredential() },
    });
    const options = { method: "POST", agent: new ProxyAgent(), timeout: 15_000 };
    const deadline = Date.now() + 60_000;
    for (;;) {
      try {
        await client.request("CreateServiceLinkedRole", { ServiceName: asked.service }, { ...options });
        return { id: asked.role, outs: asked };
      } catch (error) {
        const code = (error as { code?: unknown }).code;
        const told = `${typeof code === "string" ? code : ""} ${error instanceof Error ? error.message : String(error)}`;
        // An account has it once, and every stack of the account uses it.
        if (told.includes("EntityAlreadyExists.Role")) return { id: asked.role, outs: asked };
        if (/Forbidden|NoPermission|Unauthorized/i.test(told)) {
          try {
            await client.request("GetRole", { RoleName: asked.role }, { ...options });
            return { id: asked.role, outs: asked };
          } catch {
            throw new Error(
              `the account has no role ${asked.role}, without which ${asked.service} can do nothing, and these credentials may not make it (${told.trim()}). ` +
                `Let somebody who may run this once: aliyun resourcemanager CreateServiceLinkedRole --ServiceName ${asked.service}`,
            );
          }
        }
        if (
          /InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurityToken|unable to get credential/i.test(told) ||
          Date.now() >= deadline
        )
          throw error;
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    }
  },
  diff: () => Promise.resolve({ changes: false }),
};

/**
 * Sees to the role with which Auto Scaling works in an account. Unlike those of the other services it is not made on the
 * way by the first one who needs it: an account without it has its first scaling group refused.
 * https://www.alibabacloud.com/help/en/auto-scaling/user-guide/service-linked-roles
 *
 * The provider's own resource fails where the role is there already, and deletes it with the stack although others use it.
 */
export class ServiceRole extends pulumi.dynamic.Resource {
  constructor({ name, parent, facts }: Context<unknown>) {
    super(
      provider,
      `${name}-auto-scaling-role`,
      {
        service: "ess.aliyuncs.com",
        role: "AliyunServiceRoleForAutoScaling",
        endpoint: endpointOf(facts, "resourcemanager"),
      },
      // It belongs to the account: nothing is asked of the cloud when the stack goes.
      { parent, retainOnDelete: true },
      "immutable-service",
      "ServiceRole",
    );
  }
}
