import type * as crypto from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { calls, type Places, type Work } from "./image-calls";

/** What is baked, and where. */
export interface BakeArgs extends Places {
  /** The service's name: the image's family, and the beginning of its name. An image is taken again by every stack of the same service. */
  readonly service: string;
  /** The recipe's tag, by which the image is found. */
  readonly recipe: string;
  /** What the image starts from. */
  readonly from: string;
  /** Digits that no other stack has: what bears them is this one's, so that no other stack's bake is taken for a left-over. */
  readonly baker: pulumi.Input<string>;
  /** What is told of the image to people, at most 256 characters, and what else is written on it. */
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The type of the instances that bake and test. */
  readonly instanceType: string;
  /** The vSwitches in which they may run: the next is tried where a zone has none of the type. */
  readonly switches: pulumi.Input<string>[];
  readonly securityGroup: pulumi.Input<string>;
  /** Where the archive lies. */
  readonly bucket: pulumi.Input<string>;
  readonly object: pulumi.Input<string>;
  /** What the instances are told, each a shell's script that finds the archive's address in `$archive`. */
  readonly playbook: string;
  readonly test: string;
  /** Minutes that all of it may take. */
  readonly within: number;
}

type Asked = { readonly [K in keyof BakeArgs]: pulumi.Unwrap<BakeArgs[K]> };
type Baked = Asked & { readonly image: string };

/** A bake under way. */
interface Bench extends Work {
  readonly asked: Asked;
  step: "launch" | "playbook" | "capture" | "test";
  /** What it has made so far. Cleaning up finds the same by its tags, but a new tag is not always found at once. */
  readonly machines: Set<string>;
  readonly images: Set<string>;
}

interface Result {
  readonly InvocationStatus: string;
  readonly ExitCode?: number;
  readonly Output?: string;
  readonly ErrorInfo?: string;
}

/** The steps of a bake; exported for tests alone. Methods for the same reason as in image-calls.ts. */
export const parts = {
  uuid(): string {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- resolved in the provider's process, where no import of this file exists
    return (require("node:crypto") as typeof crypto).randomUUID();
  },

  async stateOf(bench: Bench, machine: string): Promise<string | undefined> {
    const { Instances } = await calls.ask<{ Instances?: { Instance?: { Status: string }[] } }>(
      bench,
      "DescribeInstances",
      { InstanceIds: JSON.stringify([machine]) },
    );
    return Instances?.Instance?.[0]?.Status;
  },

  /** An instance that nobody can log in to, which answers the Cloud Assistant, and which ends by itself should nobody else end it. */
  async launch(
    bench: Bench,
    image: string,
    { what, sizeGiB, outward }: { what: string; sizeGiB: number; outward: number },
  ): Promise<string> {
    const { asked } = bench;
    // Half an hour from now is the earliest that ECS takes.
    const ends = new Date(Date.now() + (Math.max(asked.within, 30) + 15) * 60_000)
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
    let refused: Error | undefined;
    for (const VSwitchId of asked.switches) {
      try {
        const { InstanceIdSets: made } = await calls.ask<{ InstanceIdSets: { InstanceIdSet: string[] } }>(
          bench,
          "RunInstances",
          {
            ...{
              ImageId: image,
              InstanceType: asked.instanceType,
              VSwitchId,
              SecurityGroupId: asked.securityGroup,
              Amount: 1,
              ClientToken: parts.uuid(),
              AutoReleaseTime: ends,
            },
            ...{
              InstanceName: `${asked.service}-image-${what}-${asked.recipe}`,
              Tag: calls.tags({ service: asked.service, recipe: asked.recipe, baker: asked.baker }),
            },
            // No key pair, no password; a public address is the way out alone, as the security group lets nobody in.
            ...{
              InternetMaxBandwidthOut: outward,
              InternetChargeType: "PayByTraffic",
              HttpEndpoint: "enabled",
              HttpTokens: "required",
              SecurityEnhancementStrategy: "Deactive",
            },
            ...{
              "SystemDisk.Category": "cloud_essd",
              "SystemDisk.PerformanceLevel": "PL0",
              "SystemDisk.Size": sizeGiB,
              "SystemDisk.Encrypted": "true",
            },
          },
        );
        const [machine = ""] = made.InstanceIdSet;
        bench.machines.add(machine);
        await parts.ready(bench, machine, image);
        return machine;
      } catch (error) {
        if (!/NoStock|NotOnSale|NotSupported|NotAvailable|SoldOut/i.test((error as { code?: string }).code ?? ""))
          throw error;
        refused = error as Error;
      }
    }
    throw refused ?? new Error(`no zone of ${asked.region} is known here; name zones in network.zones`);
  },

  async ready(bench: Bench, machine: string, image: string): Promise<void> {
    let seen = false;
    await calls.settle(bench, `the start of ${machine}`, async () => {
      const state = await parts.stateOf(bench, machine);
      if (state === undefined && seen)
        throw new Error(
          `${machine} was gone before it had started: its zone may have no ${bench.asked.instanceType} left`,
        );
      seen ||= state !== undefined;
      return state === "Running" ? true : undefined;
    });
    await calls.settle(
      bench,
      `the Cloud Assistant on ${machine}, whose agent the image ${image} must have`,
      async () => {
        const { InstanceCloudAssistantStatusSet: all } = await calls.ask<{
          InstanceCloudAssistantStatusSet?: { InstanceCloudAssistantStatus?: { CloudAssistantStatus: string }[] };
        }>(bench, "DescribeCloudAssistantStatus", { "InstanceId.1": machine });
        return all?.InstanceCloudAssistantStatus?.[0]?.CloudAssistantStatus === "true" ? true : undefined;
      },
    );
  },

  /**
   * The archive's address for the next quarter of an hour. So the instances need no role, whose rights everything that a
   * playbook installs would have too, and the state holds no secret.
   * https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls
   */
  async address(
    {
      asked: { bucket, object, region },
      credentials,
    }: Pick<Bench, "credentials"> & { asked: Pick<Asked, "bucket" | "object" | "region"> },
    seconds = 900,
  ): Promise<string> {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
    const { createHash, createHmac } = require("node:crypto") as typeof crypto;
    const { accessKeyId = "", accessKeySecret = "", securityToken = "" } = await credentials();
    const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const scope = [stamp.slice(0, 8), region, "oss", "aliyun_v4_request"];
    const token: Record<string, string> = securityToken === "" ? {} : { "x-oss-security-token": securityToken };
    const query = Object.entries({
      "x-oss-credential": [accessKeyId, ...scope].join("/"),
      "x-oss-date": stamp,
      "x-oss-expires": String(seconds),
      ...token,
      "x-oss-signature-version": "OSS4-HMAC-SHA256",
    })
      .map(
        ([name, value]) =>
          `${name}=${encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`,
      )
      .join("&");
    const request = ["GET", `/${bucket}/${object}`, query, "", "", "UNSIGNED-PAYLOAD"].join("\n");
    const text = ["OSS4-HMAC-SHA256", stamp, scope.join("/"), createHash("sha256").update(request).digest("hex")].join(
      "\n",
    );
    const key = scope.reduce<string | Buffer>(
      (before, part) => createHmac("sha256", before).update(part).digest(),
      `aliyun_v4${accessKeySecret}`,
    );
    return `https://${bucket}.oss-${region}-internal.aliyuncs.com/${object}?${query}&x-oss-signature=${createHmac("sha256", key).update(text).digest("hex")}`;
  },

  /** Runs a script to its end; an error tells the end of its output. */
  async run(bench: Bench, machine: string, name: "playbook" | "test"): Promise<void> {
    const { service, [name]: script } = bench.asked;
    const content = Buffer.from(`archive='${await parts.address(bench)}'\n${script}`).toString("base64");
    const { InvokeId } = await calls.ask<{ InvokeId: string }>(bench, "RunCommand", {
      ...{
        Type: "RunShellScript",
        Name: `${service}-image-${name}`,
        CommandContent: content,
        ContentEncoding: "Base64",
        "InstanceId.1": machine,
      },
      ...{
        Timeout: Math.max(60, Math.round((bench.until - Date.now()) / 1000)),
        TerminationMode: "ProcessTree",
        ClientToken: parts.uuid(),
      },
    });
    const {
      InvocationStatus: status,
      ExitCode: code,
      ErrorInfo: why = "",
      Output: output = "",
    } = await calls.settle(bench, `the end of the ${name} on ${machine}`, async () => {
      const { Invocation } = await calls.ask<{ Invocation?: { InvocationResults?: { InvocationResult?: Result[] } } }>(
        bench,
        "DescribeInvocationResults",
        { InvokeId, InstanceId: machine, ContentEncoding: "PlainText" },
      );
      const [one] = Invocation?.InvocationResults?.InvocationResult ?? [];
      return one === undefined || /^(Pending|Scheduled|Running|Stopping)$/.test(one.InvocationStatus) ? undefined : one;
    });
    if (status === "Success" && code === 0) return;
    throw new Error(
      [`${status}, exit code ${code ?? "none"}`, why, output.trim().slice(-3000)]
        .filter((part) => part !== "")
        .join("\n"),
    );
  },

  async capture(bench: Bench, builder: string): Promise<string> {
    const { service, recipe, baker, description, tags } = bench.asked;
    await calls.ask(bench, "StopInstance", { InstanceId: builder });
    await calls.settle(bench, `the stop of ${builder}`, async () =>
      (await parts.stateOf(bench, builder)) === "Stopped" ? true : undefined,
    );
    const { ImageId } = await calls.ask<{ ImageId: string }>(bench, "CreateImage", {
      ...{
        InstanceId: builder,
        ImageFamily: service,
        Description: description.slice(0, 256),
        ClientToken: parts.uuid(),
      },
      // A name of its own each time: two stacks may bake one recipe at once. What it is found by stands last among the tags.
      ...{
        ImageName: `${service}-${recipe}-${parts.uuid().slice(0, 8)}`,
        Tag: calls.tags({ ...tags, service, recipe, baker }),
      },
    });
    bench.images.add(ImageId);
    await calls.settle(bench, `the image ${ImageId}`, async () => {
      const [image] = await calls.images(bench, { ImageId });
      if (image !== undefined && !/^(Creating|Waiting|Available)$/.test(image.Status))
        throw new Error(`the image ${ImageId} became ${image.Status}`);
      return image?.Status === "Available" ? true : undefined;
    });
    return ImageId;
  },

  async end(bench: Bench, machine: string): Promise<void> {
    try {
      await calls.ask(bench, "DeleteInstance", { InstanceId: machine, Force: true });
    } catch (error) {
      if (!/NotFound/.test((error as { code?: string }).code ?? "")) throw error;
    }
    // Until it is gone its network cannot go.
    await calls.settle(bench, `the end of ${machine}`, async () =>
      (await parts.stateOf(bench, machine)) === undefined ? true : undefined,
    );
  },

  /** Removes what this stack has made and not finished, now or before it was killed, for this recipe or another: it bakes one at a time. */
  async sweep(bench: Bench): Promise<void> {
    const Tag = calls.tags({ baker: bench.asked.baker });
    const { Instances } = await calls.ask<{ Instances?: { Instance?: { InstanceId: string }[] } }>(
      bench,
      "DescribeInstances",
      { Tag, PageSize: 100 },
    );
    for (const machine of new Set([
      ...bench.machines,
      ...(Instances?.Instance ?? []).map(({ InstanceId }) => InstanceId),
    ]))
      await parts.end(bench, machine);
    const unfinished = (await calls.images(bench, { Tag }))
      .filter((image) => calls.tagOf(image, "tested") === undefined)
      .map(({ ImageId }) => ImageId);
    for (const image of new Set([...bench.images, ...unfinished])) await calls.discard(bench, image);
    bench.machines.clear();
    bench.images.clear();
  },

  async bake(bench: Bench): Promise<string> {
    const { from, region, recipe, service } = bench.asked;
    const [there] = await calls.images(bench, {
      Status: "Available",
      Tag: calls.tags({ service, recipe, tested: "yes" }),
    });
    if (there !== undefined) return there.ImageId;
    await parts.sweep(bench);
    const [base] = await calls.images(bench, { ImageId: from }, "anybody");
    if (base === undefined) throw new Error(`there is no image ${from} in ${region}`);
    // 20 GiB is the smallest disk that a stack file may ask for, so the image fits on each.
    const sizeGiB = Math.max(20, base.Size ?? 0);
    const builder = await parts.launch(bench, from, { what: "builder", sizeGiB, outward: 100 });
    bench.step = "playbook";
    await parts.run(bench, builder, "playbook");
    bench.step = "capture";
    const image = await parts.capture(bench, builder);
    await parts.end(bench, builder);
    bench.step = "test";
    const tester = await parts.launch(bench, image, { what: "tester", sizeGiB, outward: 0 });
    await parts.run(bench, tester, "test");
    await parts.end(bench, tester);
    await calls.ask(bench, "TagResources", {
      ResourceType: "image",
      "ResourceId.1": image,
      Tag: calls.tags({ tested: "yes" }),
    });
    return image;
  },
};

const provider: pulumi.dynamic.ResourceProvider<Asked, Baked> = {
  async create(asked) {
    const bench: Bench = {
      ...calls.open(asked, asked.within),
      asked,
      step: "launch",
      machines: new Set(),
      images: new Set(),
    };
    try {
      const image = await parts.bake(bench);
      return { id: image, outs: { ...asked, image } };
    } catch (error) {
      bench.until = Date.now() + 10 * 60_000;
      const rest = await parts.sweep(bench).then(
        () => "Nothing of it is left",
        (trouble: unknown) =>
          `Not all of it could be cleared away (${String(trouble)}), but its instances end by themselves`,
      );
      throw new Error(
        `the image of recipe ${asked.recipe} was not baked: it failed at its ${bench.step}: ${error instanceof Error ? error.message : String(error)}\n${rest}; the next update bakes again.`,
      );
    }
  },
  async read(id, props) {
    const asked = props as Baked;
    // An image that is gone has to be baked again.
    return (await calls.images(calls.open(asked, 5), { ImageId: id })).length > 0 ? { id, props: asked } : {};
  },
  diff(_id, before, now) {
    // What else is given here shapes no image: another version or another place to bake at is no reason to bake again.
    const replaced = before.recipe !== now.recipe;
    return Promise.resolve({ changes: replaced, replaces: replaced ? ["recipe"] : [] });
  },
};

/**
 * Bakes a machine image and waits until it is tested; one that is there already, baked by whatever stack of the service, is
 * taken. Alibaba Cloud's own image pipeline would not do: its resources give no image and do not wait. A create that fails
 * leaves nothing and is not recorded; what a killed one left, the next one removes. Deleting this resource deletes nothing:
 * the image may be in use elsewhere, and the retention rule looks after it.
 */
export class Bake extends pulumi.dynamic.Resource {
  /** The machine image's id, such as m-bp1g7004ksh0oeuc9t1h. */
  declare readonly image: pulumi.Output<string>;

  constructor(name: string, args: BakeArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, image: undefined }, opts, "immutable-service", "Bake");
  }
}
