import type * as Credentials from "@alicloud/credentials";
import type * as Proxy from "proxy-agent";
import type { AnyClient } from "./healthy";

/** Where a bake's calls go. */
export interface Places {
  readonly region: string;
  /** The addresses of ECS and of Auto Scaling. */
  readonly ecs: string;
  readonly scaling: string;
}

type Client = InstanceType<AnyClient>;
type Fields = Record<string, unknown>;

/** Calls under way: with whom, and until when they may go on. */
export interface Work {
  readonly region: string;
  readonly ecs: Client;
  readonly scaling: Client;
  readonly credentials: () => Promise<{
    readonly accessKeyId?: string;
    readonly accessKeySecret?: string;
    readonly securityToken?: string;
  }>;
  /** In milliseconds since 1970. */
  until: number;
}

/** A machine image as ECS describes it. */
export interface MachineImage {
  readonly ImageId: string;
  readonly Status: string;
  /** In GiB. */
  readonly Size?: number;
  /** Whether instances use it: `instance` or `none`. */
  readonly Usage?: string;
  readonly CreationTime: string;
  readonly Tags?: { readonly Tag?: readonly { readonly TagKey: string; readonly TagValue: string }[] };
  readonly DiskDeviceMappings?: { readonly DiskDeviceMapping?: readonly { readonly SnapshotId?: string }[] };
}

/**
 * What the resources that bake images share when they ask ECS. Pulumi keeps their source text in the state and runs it in
 * another process, these methods with it: so every package is required inside, and only methods have names, for which the
 * TypeScript loader adds no helpers.
 */
export const calls = {
  open({ region, ecs, scaling }: Places, minutes: number): Work {
    /* eslint-disable @typescript-eslint/no-require-imports -- resolved in the provider's process, where no import of this file exists */
    const { RPCClient } = require("@alicloud/pop-core") as { RPCClient: AnyClient };
    const { default: Credential, Config } = require("@alicloud/credentials") as typeof Credentials;
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
    const credentialsProvider = { getCredentials: () => credential.getCredential() };
    return {
      region,
      credentials: credentialsProvider.getCredentials,
      ecs: new RPCClient({ endpoint: ecs, apiVersion: "2014-05-26", credentialsProvider }),
      scaling: new RPCClient({ endpoint: scaling, apiVersion: "2014-08-28", credentialsProvider }),
      until: Date.now() + minutes * 60_000,
    };
  },

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  },

  /** Asks, again where the answer may be another one in a moment; the client itself never does. */
  async ask<Answer>(work: Work, action: string, fields: Fields, client: "ecs" | "scaling" = "ecs"): Promise<Answer> {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
    const { ProxyAgent } = require("proxy-agent") as typeof Proxy;
    const end = Math.min(Date.now() + 180_000, work.until);
    for (let wait = 500; ; wait = Math.min(wait * 2, 10_000)) {
      try {
        return (await work[client].request(
          action,
          { RegionId: work.region, ...fields },
          { method: "POST", agent: new ProxyAgent(), timeout: 30_000 },
        )) as Answer;
      } catch (error) {
        const { code = "", data } = error as { code?: string; data?: unknown };
        // Without data nobody has refused: the answer was lost. A client token sees to it that nothing is done twice.
        const passes =
          data === undefined
            ? !/credential/i.test(String(error))
            : /^(Throttling|ServiceUnavailable|InternalError|SystemBusy|OperationConflict|LastTokenProcessing|IdempotentProcessing|ImageIsCreating|SnapshotCreatedImage|IncorrectInstanceStatus)/.test(
                code,
              );
        if (!passes || Date.now() + wait > end) throw error;
      }
      await calls.pause(wait);
    }
  },

  /** Looks until there is something to tell, often at first: some waits are short. */
  async settle<Found>(work: Work, what: string, look: () => Promise<Found | undefined>): Promise<Found> {
    for (let wait = 250; ; wait = Math.min(wait * 1.5, 5000)) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() + wait > work.until) throw new Error(`its time was over while it waited for ${what}`);
      await calls.pause(wait);
    }
  },

  tags(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
    return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  },

  tagOf({ Tags }: MachineImage, name: string): string | undefined {
    return Tags?.Tag?.find(({ TagKey }) => TagKey === name)?.TagValue;
  },

  /** Images whatever their status, the newest first: the account's own, or everybody's that it may use. */
  async images(work: Work, fields: Fields, owner: "self" | "anybody" = "self"): Promise<MachineImage[]> {
    const found: MachineImage[] = [];
    for (let page = 1; ; page += 1) {
      const asked = {
        ...(owner === "self" ? { ImageOwnerAlias: owner } : {}),
        Status: "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated",
        PageSize: 100,
        PageNumber: page,
        ...fields,
      };
      const { Images, TotalCount = 0 } = await calls.ask<{ Images?: { Image?: MachineImage[] }; TotalCount?: number }>(
        work,
        "DescribeImages",
        asked,
      );
      found.push(...(Images?.Image ?? []));
      if ((Images?.Image ?? []).length === 0 || found.length >= TotalCount)
        return found.sort((a, b) => (a.CreationTime < b.CreationTime ? 1 : -1));
    }
  },

  /** Deletes an image that no instance uses, and its snapshots: they would stay behind, and cost. */
  async discard(work: Work, id: string): Promise<void> {
    const image = await calls.settle(work, `the image ${id}, which cannot be deleted before it is made`, async () => {
      const [one] = await calls.images(work, { ImageId: id });
      return one !== undefined && /^(Creating|Waiting)$/.test(one.Status) ? undefined : (one ?? null);
    });
    await calls.ask(work, "DeleteImage", { ImageId: id });
    for (const { SnapshotId } of image?.DiskDeviceMappings?.DiskDeviceMapping ?? [])
      if (SnapshotId) await calls.ask(work, "DeleteSnapshot", { SnapshotId, Force: true });
  },
};
