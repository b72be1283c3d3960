import { randomUUID } from "node:crypto";
import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  type Image as MachineImage,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  CancelImageCreationCommand,
  CreateImageCommand,
  type CreateImageCommandInput,
  DeleteImageCommand,
  GetImageCommand,
  type Image,
  ImagebuilderClient,
  ListImageBuildVersionsCommand,
  ListWorkflowExecutionsCommand,
  ListWorkflowStepExecutionsCommand,
} from "@aws-sdk/client-imagebuilder";
import { now, sleep } from "../../clock.remote";
import { clientSettings } from "./clients.remote";

const pollInterval = 5000;

/** How many polls a cancelled build has to end. */
const pollsAfterCancel = 60;

/** EC2 Image Builder in one region, with the machine images and builders of EC2. */
export class ImageBuilder {
  private readonly builder: ImagebuilderClient;
  private readonly ec2: EC2Client;

  constructor(region: string) {
    this.builder = new ImagebuilderClient(clientSettings(region, "image-builder"));
    this.ec2 = new EC2Client(clientSettings(region, "ec2"));
  }

  /** The account's machine images that match all filters, the newest first. */
  async machineImages(filters: Readonly<Record<string, string>>): Promise<MachineImage[]> {
    const Filters = Object.entries(filters).map(([Name, value]) => ({ Name, Values: [value] }));
    const { Images: images = [] } = await this.ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters }));
    return images.sort((a, b) => (b.CreationDate ?? "").localeCompare(a.CreationDate ?? ""));
  }

  /** Tags a machine image and the snapshots of its disks. */
  async tag(id: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const snapshots = (await this.machineImages({ "image-id": id })).flatMap(snapshotsOf);
    await this.ec2.send(
      new CreateTagsCommand({
        Resources: [id, ...snapshots],
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  }

  /** Starts a build and returns its ARN. */
  async start(build: Omit<CreateImageCommandInput, "clientToken">): Promise<string> {
    const { imageBuildVersionArn: arn } = await this.builder.send(
      new CreateImageCommand({ ...build, clientToken: randomUUID() }),
    );
    if (arn === undefined)
      throw new Error(
        `Image Builder returned no ARN for the build of ${build.imageRecipeArn ?? ""}; the next update bakes again`,
      );
    return arn;
  }

  /**
   * The ARN of a build of this recipe that an interrupted update left: one that is running, or one that is done and
   * whose machine image exists. Failed builds are cleaned up.
   */
  async resumableBuild(recipe: string, subnet: string): Promise<string | undefined> {
    const builds = await this.buildsOf(recipe.replace(":image-recipe/", ":image/"));
    const running = builds.find(({ state }) => isRunning(state?.status));
    if (running !== undefined) return running.arn;
    for (const { arn, state } of builds) {
      if (arn !== undefined && (state?.status === "FAILED" || state?.status === "CANCELLED"))
        await this.cleanUp(arn, subnet);
    }
    for (const { arn, state, outputResources } of builds) {
      // The machine image may have been deleted since, by hand or by the retention rule.
      const id = outputResources?.amis?.[0]?.image ?? "none";
      if (state?.status === "AVAILABLE" && (await this.machineImages({ "image-id": id })).length > 0) return arn;
    }
    return undefined;
  }

  /** Waits until a build has ended, and cancels it after `minutes`. */
  async waitForEnd(arn: string, minutes: number): Promise<{ image: Image; cancelled: boolean }> {
    const deadline = now() + minutes * 60_000;
    let cancelled = false;
    for (let polls = pollsAfterCancel; polls > 0; polls -= cancelled ? 1 : 0) {
      const image = await this.image(arn);
      if (image && !isRunning(image.state?.status)) return { image, cancelled };
      if (!cancelled && now() > deadline) {
        cancelled = true;
        await this.builder.send(
          new CancelImageCreationCommand({ imageBuildVersionArn: arn, clientToken: randomUUID() }),
        );
      }
      await sleep(pollInterval);
    }
    throw new Error(
      `${arn} was cancelled after ${minutes} min and has not ended. Look at it in the console of EC2 Image Builder; ` +
        "the next update waits for it again.",
    );
  }

  /** The workflow and step in which a build failed, as part of a sentence. */
  async failedStep(arn: string): Promise<string> {
    const { workflowExecutions: flows = [] } = await this.builder.send(
      new ListWorkflowExecutionsCommand({ imageBuildVersionArn: arn }),
    );
    const flow =
      flows.find(({ status, totalStepsFailed = 0 }) => status === "FAILED" || totalStepsFailed > 0) ??
      flows.find(({ status }) => status !== "COMPLETED");
    if (flow === undefined) return "before its first step";
    const { steps = [] } = await this.builder.send(
      new ListWorkflowStepExecutionsCommand({ workflowExecutionId: flow.workflowExecutionId }),
    );
    const step =
      steps.find(({ status }) => status === "FAILED") ??
      steps.find(({ status }) => status === "RUNNING" || status === "CANCELLED");
    const name = step ? `, step ${step.name ?? ""}` : "";
    const message = step?.message === undefined ? "" : ` (${step.message})`;
    return `in its ${(flow.type ?? "build").toLowerCase()}${name}${message}`;
  }

  /**
   * Deletes what a build that has ended left: its instances, an incomplete machine image with its snapshots, its
   * record.
   */
  async cleanUp(arn: string, subnet: string): Promise<void> {
    await this.terminateBuilders(subnet);
    const listed = ((await this.image(arn))?.outputResources?.amis ?? []).map(({ image = "none" }) => image);
    const found = [
      this.machineImages({ "tag:Ec2ImageBuilderArn": arn }),
      ...listed.map((id) => this.machineImages({ "image-id": id })),
    ];
    for (const [id, image] of new Map((await Promise.all(found)).flat().map((image) => [image.ImageId, image]))) {
      await this.ec2.send(new DeregisterImageCommand({ ImageId: id }));
      for (const SnapshotId of snapshotsOf(image)) await this.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    }
    await this.builder.send(new DeleteImageCommand({ imageBuildVersionArn: arn }));
  }

  private async buildsOf(imageVersionArn: string) {
    try {
      return (await this.builder.send(new ListImageBuildVersionsCommand({ imageVersionArn }))).imageSummaryList ?? [];
    } catch (error) {
      if (isNone(error)) return [];
      throw error;
    }
  }

  private async image(imageBuildVersionArn: string): Promise<Image | undefined> {
    return (await this.builder.send(new GetImageCommand({ imageBuildVersionArn }))).image;
  }

  private async terminateBuilders(subnet: string): Promise<void> {
    const Filters = [
      { Name: "subnet-id", Values: [subnet] },
      { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
    ];
    const { Reservations: reservations = [] } = await this.ec2.send(new DescribeInstancesCommand({ Filters }));
    const InstanceIds = reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId = "" }) => InstanceId),
    );
    if (InstanceIds.length > 0) await this.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  }
}

/**
 * Whether the service refused to list the builds of an image because there is none. No page says by which error, so every
 * refusal counts but those of the credentials and of too many requests.
 * https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ListImageBuildVersions.html
 */
function isNone(error: unknown): boolean {
  const { name = "", $metadata: { httpStatusCode: status = 0 } = {} } = Object(error) as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const otherReason = /Forbidden|AccessDenied|Throttl|RateLimit|TooManyRequests|Token|Signature|UnrecognizedClient/;
  return status >= 400 && status < 500 && status !== 429 && !otherReason.test(name);
}

/** Whether a build in this state continues without further calls. */
function isRunning(status: string | undefined): boolean {
  return ["PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING"].includes(status ?? "");
}

function snapshotsOf({ BlockDeviceMappings: disks = [] }: MachineImage): string[] {
  return disks.map(({ Ebs: disk }) => disk?.SnapshotId ?? "").filter((id) => id !== "");
}
