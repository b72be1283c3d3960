import type * as FileSystem from "node:fs/promises";
import type * as Ec2 from "@aws-sdk/client-ec2";
import type * as ImageBuilder from "@aws-sdk/client-imagebuilder";
import type * as S3 from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import type * as Proxy from "proxy-agent";

/** What is baked, and with what. */
export interface BakeArgs {
  readonly region: string;
  /** The service's name: an image is used again by every stack of the same service. */
  readonly service: string;
  /** The recipe's tag, which the image is found by. */
  readonly recipe: string;
  /** The ARNs of Image Builder's recipe, infrastructure and distribution. */
  readonly imageRecipe: pulumi.Input<string>;
  readonly infrastructure: pulumi.Input<string>;
  readonly distribution: pulumi.Input<string>;
  /** The subnet that only this stack's builders are in. */
  readonly subnet: pulumi.Input<string>;
  /** The recipe's archive on this machine, and where builders fetch it. */
  readonly archive: {
    readonly path: string;
    readonly sha256: string;
    readonly key: string;
    readonly bucket: pulumi.Input<string>;
  };
  /** The image's tags, given to it once it is tested. */
  readonly tags: Readonly<Record<string, string>>;
  /** The tags of Image Builder's own record of the image, which the retention rule looks for. */
  readonly recordTags: Readonly<Record<string, string>>;
  /** Minutes that the bake may take. */
  readonly within: number;
}

type Asked = pulumi.Unwrap<BakeArgs>;
type Baked = Asked & { readonly image: string };

interface Clients {
  readonly builder: ImageBuilder.ImagebuilderClient;
  readonly builds: typeof ImageBuilder;
  readonly machines: Ec2.EC2Client;
  readonly ec2: typeof Ec2;
  readonly objects: S3.S3Client;
  readonly s3: typeof S3;
}

/*
 * The provider and its parts stand alone like the one in healthy.ts, and for the same reason. The parts are methods: those
 * keep their names without the TypeScript loader's help.
 */
const parts = {
  clients(region: string): Clients {
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
    /* eslint-disable @typescript-eslint/no-require-imports -- resolved in the provider's process, where no import of this file exists */
    const builds = require("@aws-sdk/client-imagebuilder") as typeof ImageBuilder;
    const ec2 = require("@aws-sdk/client-ec2") as typeof Ec2;
    const s3 = require("@aws-sdk/client-s3") as typeof S3;
    const { ProxyAgent } = require("proxy-agent") as typeof Proxy;
    /* eslint-enable @typescript-eslint/no-require-imports */
    const agent = new ProxyAgent();
    const settings = { region, maxAttempts: 10, requestHandler: { httpAgent: agent, httpsAgent: agent } };
    // With the bucket's name in the path: an endpoint of one's own answers for one host name alone.
    const objects = new s3.S3Client({ ...settings, forcePathStyle: true });
    return {
      builds,
      ec2,
      s3,
      objects,
      builder: new builds.ImagebuilderClient(settings),
      machines: new ec2.EC2Client(settings),
    };
  },

  /** The images that all of these filters match, the newest first. */
  async images({ machines, ec2 }: Clients, filters: Readonly<Record<string, string>>): Promise<Ec2.Image[]> {
    const named = Object.entries(filters).map(([Name, value]) => ({ Name, Values: [value] }));
    const { Images: images = [] } = await machines.send(
      new ec2.DescribeImagesCommand({ Owners: ["self"], Filters: named }),
    );
    return images.sort((a, b) => (b.CreationDate ?? "").localeCompare(a.CreationDate ?? ""));
  },

  /** A build of this very recipe that an interrupted update has left: under way, or done with its image not yet named. What has failed meanwhile is cleared away. */
  async leftBuild(clients: Clients, asked: Asked): Promise<string | undefined> {
    const { builder, builds } = clients;
    const imageVersionArn = asked.imageRecipe.replace(":image-recipe/", ":image/");
    const { imageSummaryList: left = [] } = await builder
      .send(new builds.ListImageBuildVersionsCommand({ imageVersionArn }))
      .catch((error: unknown) => {
        if (error instanceof builds.ResourceNotFoundException) return { imageSummaryList: [] };
        throw error;
      });
    const building = left.find(({ state }) => parts.underWay(state?.status));
    if (building !== undefined) return building.arn;
    for (const { arn, state } of left)
      if (arn !== undefined && (state?.status === "FAILED" || state?.status === "CANCELLED"))
        await parts.clear(clients, asked, arn);
    for (const { arn, state, outputResources } of left) {
      // Its machine image may be gone since, by hand or by the retention rule.
      if (
        state?.status === "AVAILABLE" &&
        (await parts.images(clients, { "image-id": outputResources?.amis?.[0]?.image ?? "none" })).length > 0
      )
        return arn;
    }
    return undefined;
  },

  /** Whether a build in this state goes on by itself. */
  underWay(status: string | undefined): boolean {
    return ["PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING"].includes(status ?? "");
  },

  /** Puts the archive where builders fetch it. The bucket refuses bytes that have another hash. */
  async upload({ objects, s3 }: Clients, { archive }: Asked): Promise<void> {
    const { readFile } = require("node:fs/promises") as typeof FileSystem; // eslint-disable-line @typescript-eslint/no-require-imports -- as above
    const ChecksumSHA256 = Buffer.from(archive.sha256, "hex").toString("base64");
    await objects.send(
      new s3.PutObjectCommand({
        Bucket: archive.bucket,
        Key: archive.key,
        Body: await readFile(archive.path),
        ChecksumSHA256,
        ContentType: "application/x-tar",
      }),
    );
  },

  /** Waits until a build has ended; cancels it when its time is over. */
  async ended(
    { builder, builds }: Clients,
    asked: Asked,
    imageBuildVersionArn: string,
  ): Promise<{ image: ImageBuilder.Image; late: boolean }> {
    const deadline = Date.now() + asked.within * 60_000;
    let late = false;
    for (let rest = 60; rest > 0; rest -= late ? 1 : 0) {
      const { image } = await builder.send(new builds.GetImageCommand({ imageBuildVersionArn }));
      if (image && !parts.underWay(image.state?.status)) return { image, late };
      if (!late && Date.now() > deadline) {
        late = true;
        await builder.send(
          new builds.CancelImageCreationCommand({ imageBuildVersionArn, clientToken: crypto.randomUUID() }),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
    throw new Error(
      `${imageBuildVersionArn} was cancelled after ${asked.within} min and does not end. Look at it in the console of EC2 Image Builder; the next update waits for it again.`,
    );
  },

  /** Where a build failed, in words. */
  async failedAt({ builder, builds }: Clients, imageBuildVersionArn: string): Promise<string> {
    const { workflowExecutions: flows = [] } = await builder.send(
      new builds.ListWorkflowExecutionsCommand({ imageBuildVersionArn }),
    );
    const flow =
      flows.find(({ status, totalStepsFailed }) => status === "FAILED" || (totalStepsFailed ?? 0) > 0) ??
      flows.find(({ status }) => status !== "COMPLETED");
    if (flow === undefined) return "before its first step";
    const { steps = [] } = await builder.send(
      new builds.ListWorkflowStepExecutionsCommand({ workflowExecutionId: flow.workflowExecutionId }),
    );
    const step =
      steps.find(({ status }) => status === "FAILED") ??
      steps.find(({ status }) => status === "RUNNING" || status === "CANCELLED");
    return `in its ${(flow.type ?? "build").toLowerCase()}${step ? `, step ${step.name ?? ""}` : ""}${step?.message === undefined ? "" : ` (${step.message})`}`;
  },

  /** Removes what a build that has ended left: its machines, a half-made image with its disk's snapshots, Image Builder's own record. */
  async clear(clients: Clients, asked: Asked, arn: string): Promise<void> {
    const { builder, builds, machines, ec2 } = clients;
    const states = ["pending", "running", "stopping", "stopped"];
    const { Reservations: reservations = [] } = await machines.send(
      new ec2.DescribeInstancesCommand({
        Filters: [
          { Name: "subnet-id", Values: [asked.subnet] },
          { Name: "instance-state-name", Values: states },
        ],
      }),
    );
    const InstanceIds = reservations.flatMap(({ Instances: instances = [] }) =>
      instances.map(({ InstanceId: id }) => id ?? ""),
    );
    if (InstanceIds.length > 0) await machines.send(new ec2.TerminateInstancesCommand({ InstanceIds }));
    const { image } = await builder.send(new builds.GetImageCommand({ imageBuildVersionArn: arn }));
    const told = (image?.outputResources?.amis ?? []).map((ami) => ami.image ?? "none");
    const half = await Promise.all([
      parts.images(clients, { "tag:Ec2ImageBuilderArn": arn }),
      ...told.map((id) => parts.images(clients, { "image-id": id })),
    ]);
    for (const [id, { BlockDeviceMappings: disks = [] }] of new Map(half.flat().map((one) => [one.ImageId, one]))) {
      await machines.send(new ec2.DeregisterImageCommand({ ImageId: id }));
      for (const { Ebs: disk } of disks)
        if (disk?.SnapshotId !== undefined)
          await machines.send(new ec2.DeleteSnapshotCommand({ SnapshotId: disk.SnapshotId }));
    }
    await builder.send(new builds.DeleteImageCommand({ imageBuildVersionArn: arn }));
  },

  async bake(clients: Clients, asked: Asked): Promise<string> {
    const { builder, builds, machines, ec2 } = clients;
    const [there] = await parts.images(clients, {
      "tag:recipe": asked.recipe,
      "tag:service": asked.service,
      state: "available",
    });
    if (there?.ImageId !== undefined) return there.ImageId;
    let arn = await parts.leftBuild(clients, asked);
    if (arn === undefined) {
      await parts.upload(clients, asked);
      const started = await builder.send(
        new builds.CreateImageCommand({
          imageRecipeArn: asked.imageRecipe,
          infrastructureConfigurationArn: asked.infrastructure,
          distributionConfigurationArn: asked.distribution,
          imageTestsConfiguration: { imageTestsEnabled: true },
          // The list of packages is not looked at, and getting it takes rights and minutes.
          enhancedImageMetadataEnabled: false,
          tags: { ...asked.recordTags },
          clientToken: crypto.randomUUID(),
        }),
      );
      arn = started.imageBuildVersionArn;
    }
    if (arn === undefined)
      throw new Error(`Image Builder gave no name to the build of recipe ${asked.recipe}; the next update bakes again`);
    const { image, late } = await parts.ended(clients, asked, arn);
    const ami = image.outputResources?.amis?.find(({ region }) => region === asked.region)?.image;
    if (image.state?.status === "AVAILABLE" && ami !== undefined) {
      const disks = (await parts.images(clients, { "image-id": ami })).flatMap(({ BlockDeviceMappings: all = [] }) =>
        all.map(({ Ebs: disk }) => disk?.SnapshotId ?? ""),
      );
      // All at once and last: an image that has the recipe's tag is one that is tested.
      await machines.send(
        new ec2.CreateTagsCommand({
          Resources: [ami, ...disks.filter((id) => id !== "")],
          Tags: Object.entries(asked.tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
      return ami;
    }
    const where = await parts
      .failedAt(clients, arn)
      .catch((error: unknown) => `at a step that cannot be read (${String(error)})`);
    const rest = await parts.clear(clients, asked, arn).then(
      () => "Nothing of it is left",
      (error: unknown) => `It could not be cleared away in full (${String(error)})`,
    );
    const reason = image.state?.reason ?? "no reason given";
    throw new Error(
      `the image of recipe ${asked.recipe} was not baked: it ${late ? `took longer than ${asked.within} min and was cancelled` : "failed"} ${where}: ${reason}. ` +
        `Its log is in CloudWatch Logs, group /aws/imagebuilder/${image.name ?? ""}, stream ${image.version ?? ""}. ${rest}; the next update bakes again.`,
    );
  },
};

const provider: pulumi.dynamic.ResourceProvider<Asked, Baked> = {
  async create(asked) {
    const image = await parts.bake(parts.clients(asked.region), asked);
    return { id: image, outs: { ...asked, image } };
  },
  async read(id, props) {
    const asked = props as Baked;
    // An image that is gone has to be baked again.
    return (await parts.images(parts.clients(asked.region), { "image-id": id })).length > 0 ? { id, props: asked } : {};
  },
  diff() {
    // Its name carries the recipe's hash; what else is given here shapes no image.
    return Promise.resolve({ changes: false });
  },
};

/**
 * Bakes a machine image and waits until it is tested; one that is there already, baked by whatever stack of the service, is
 * taken. Image Builder's own resource would not do: its create that fails in its wait is recorded as created. Deleting this
 * one deletes nothing: the image may be in use elsewhere, and the retention rule looks after it.
 */
export class Bake extends pulumi.dynamic.Resource {
  /** The machine image's id, such as ami-0123456789abcdef0. */
  declare readonly image: pulumi.Output<string>;

  constructor(name: string, args: BakeArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, image: undefined }, opts, "immutable-service", "Bake");
  }
}
