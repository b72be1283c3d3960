/**
 * A double of EC2 Image Builder: it stores what it receives, rejects what the service's published model rejects, and
 * simulates builds whose instances, images and snapshots are the emulator's. It has its own server, because the gateway
 * sends JSON bodies to the emulator.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { parseDocument, visit } from "yaml";
import { ServiceModel } from "./aws-model";
import { account, region, type Emulator } from "./emulator";
import { type Build, type Item, kinds, type Outcome, Refusal } from "./image-builder-items";
import { LoopbackServer } from "./loopback-server";

/** One Image Builder in front of one emulator. Its URL is for AWS_ENDPOINT_URL_IMAGEBUILDER. */
export class ImageBuilder extends LoopbackServer {
  /** Every resource except builds, by its ARN. */
  readonly items = new Map<string, Item>();
  readonly builds = new Map<string, Build>();
  /** The outcomes of the next builds in order; builds after the last one succeed. */
  readonly outcomes: Outcome[] = [];
  /** How many times a build is polled before it ends. */
  pollsBeforeEnd = 0;
  /** How many builds have been started in total. */
  started = 0;
  private readonly model: ServiceModel;

  constructor(private readonly emulator: Emulator) {
    super();
    this.model = new ServiceModel(emulator.tool.serviceModels, "imagebuilder", "2019-12-02");
  }

  protected respond(request: IncomingMessage, response: ServerResponse): void {
    this.answer(request).then(
      (item) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(item)),
      (error: unknown) => {
        const type = error instanceof Refusal ? error.type : "ServiceException";
        response
          .writeHead(type.endsWith("NotFoundException") ? 404 : 400, {
            "content-type": "application/json",
            "x-amzn-errortype": type,
          })
          .end(JSON.stringify({ message: String(error) }));
      },
    );
  }

  /** Everything of one kind, such as Component. */
  all(kind: string): Item[] {
    return [...this.items.values()].filter((item) => item.kind === kind);
  }

  private async answer(request: IncomingMessage): Promise<Item> {
    const url = new URL(request.url ?? "/", "http://here");
    const body = await text(request);
    if (url.pathname.startsWith("/tags/"))
      return this.tags(request.method ?? "", decodeURIComponent(url.pathname.slice("/tags/".length)), url, body);
    const operation = url.pathname.slice(1);
    const input = (body === "" ? Object.fromEntries(url.searchParams) : JSON.parse(body)) as Item;
    const problems = this.model.problems(operation, input) ?? [`the service has no operation ${operation}`];
    if (problems.length > 0) throw new Refusal("InvalidRequestException", problems.join("; "));
    const handler = this.operations[operation];
    if (handler) return handler(input);
    const [, verb = "", kind = ""] = /^(Create|Get|Update|Delete)(\w+)$/.exec(operation) ?? [];
    if (!(kind in kinds)) throw new Refusal("InvalidRequestException", `the double has no operation ${operation}`);
    return this.handleItem(verb, kind, input);
  }

  private handleItem(verb: string, kind: string, input: Item): Item {
    const { field, arn: arnField, path } = kinds[kind] ?? { field: "", arn: "", path: () => "" };
    if (verb === "Create") {
      const arn = `arn:aws:imagebuilder:${region}:${account}:${path(input)}`;
      if (this.items.has(arn)) throw new Refusal("ResourceAlreadyExistsException", `${arn} already exists`);
      if (kind === "Component") refuseAnchors(String(input.data));
      for (const { componentArn } of (input.components ?? []) as { componentArn: string }[]) this.item(componentArn);
      const { semanticVersion: version, ...rest } = input;
      this.items.set(arn, {
        status: "ENABLED",
        ...rest,
        kind,
        arn,
        ...(version === undefined ? {} : { version }),
        owner: account,
        dateCreated: new Date().toISOString(),
      });
      return { [arnField]: arn };
    }
    const arn = String(input[arnField]);
    const item = this.item(arn);
    if (verb === "Update") Object.assign(item, input);
    if (verb === "Delete") {
      if (
        this.all("ImageRecipe").some(({ components }) =>
          (components as { componentArn: string }[]).some(({ componentArn }) => componentArn === arn),
        )
      )
        throw new Refusal("ResourceDependencyException", `a recipe uses ${arn}`);
      this.items.delete(arn);
    }
    return verb === "Get" ? { [field]: item } : { [arnField]: arn };
  }

  private readonly operations: Readonly<Record<string, (input: Item) => Promise<Item>>> = {
    CreateImage: async (input) => {
      const recipe = this.item(String(input.imageRecipeArn));
      const machines = this.item(String(input.infrastructureConfigurationArn));
      this.item(String(input.distributionConfigurationArn));
      this.started += 1;
      const arn = `${String(recipe.arn).replace(":image-recipe/", ":image/")}/${this.started}`;
      const started = await this.ec2("RunInstances", {
        ImageId: String(recipe.parentImage),
        MinCount: "1",
        MaxCount: "1",
        SubnetId: String(machines.subnetId),
        InstanceType: (machines.instanceTypes as string[])[0] ?? "",
        "SecurityGroupId.1": (machines.securityGroupIds as string[])[0] ?? "",
        ...tagSpecification("instance", { CreatedBy: "EC2 Image Builder", Ec2ImageBuilderArn: arn }),
      });
      const outcome = this.outcomes.shift() ?? { succeeds: true };
      this.builds.set(arn, {
        arn,
        recipe: { ...recipe, distribution: input.distributionConfigurationArn },
        tags: input.tags as Record<string, string>,
        outcome,
        machine: first(started, "instanceId"),
        polls: 0,
        status: "CREATING",
      });
      return { imageBuildVersionArn: arn };
    },
    GetImage: async ({ imageBuildVersionArn }) => {
      const build = this.build(imageBuildVersionArn);
      await this.advance(build);
      return { image: describe(build) };
    },
    // ResourceNotFoundException is not among its errors, so an image that was never built is an invalid request.
    // https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ListImageBuildVersions.html
    ListImageBuildVersions: ({ imageVersionArn }) => {
      const builds = [...this.builds.values()].filter(({ arn }) => arn.startsWith(`${String(imageVersionArn)}/`));
      if (builds.length === 0)
        throw new Refusal("InvalidRequestException", `the image ${String(imageVersionArn)} does not exist`);
      return Promise.resolve({ imageSummaryList: builds.map(describe) });
    },
    ListWorkflowExecutions: ({ imageBuildVersionArn }) => {
      const { outcome } = this.build(imageBuildVersionArn);
      const failed = "fails" in outcome ? outcome.fails : "BUILD";
      const flows = ["BUILD", "TEST", "DISTRIBUTION"];
      return Promise.resolve({
        workflowExecutions: flows.slice(0, flows.indexOf(failed) + 1).map((type) => ({
          type,
          workflowExecutionId: executionId(type),
          status: type !== failed ? "COMPLETED" : "hangs" in outcome ? "CANCELLED" : "FAILED",
        })),
      });
    },
    ListWorkflowStepExecutions: ({ workflowExecutionId }) => {
      const [name, message] = steps[String(workflowExecutionId).slice(-1)] ?? [];
      return Promise.resolve({
        steps: [
          { name: "Launch", status: "COMPLETED" },
          { name, message, status: "FAILED" },
        ],
      });
    },
    CancelImageCreation: async ({ imageBuildVersionArn }) => {
      const build = this.build(imageBuildVersionArn);
      await this.ec2("TerminateInstances", { "InstanceId.1": build.machine });
      build.status = "CANCELLED";
      return { imageBuildVersionArn };
    },
    ListLifecyclePolicies: () =>
      Promise.resolve({ lifecyclePolicySummaryList: this.all("LifecyclePolicy").map(withTime) }),
    GetLifecyclePolicy: ({ lifecyclePolicyArn }) =>
      Promise.resolve({ lifecyclePolicy: withTime(this.item(String(lifecyclePolicyArn))) }),
    DeleteImage: ({ imageBuildVersionArn }) => {
      this.builds.delete(this.build(imageBuildVersionArn).arn);
      return Promise.resolve({ imageBuildVersionArn });
    },
  };

  private async advance(build: Build): Promise<void> {
    const { outcome } = build;
    if (build.status === "CREATING") build.status = "BUILDING";
    build.polls += 1;
    if (build.status !== "BUILDING" || "hangs" in outcome || build.polls <= this.pollsBeforeEnd) return;
    const failed = "fails" in outcome ? outcome.fails : undefined;
    // The image is created before it is tested.
    if (failed !== "BUILD") build.ami = await this.image(build);
    if (!("leavesMachine" in outcome)) await this.ec2("TerminateInstances", { "InstanceId.1": build.machine });
    build.status = failed === undefined ? "AVAILABLE" : "FAILED";
    if (failed !== undefined) build.reason = "Document arn:aws:imagebuilder:component failed!";
  }

  private async image({ arn, recipe }: Build): Promise<string> {
    const volume = first(await this.ec2("CreateVolume", { Size: "8", AvailabilityZone: `${region}a` }), "volumeId");
    const snapshot = first(await this.ec2("CreateSnapshot", { VolumeId: volume }), "snapshotId");
    await this.ec2("DeleteVolume", { VolumeId: volume });
    const [{ amiDistributionConfiguration: { name = "", amiTags = {} } = {} } = {}] = this.item(
      String(recipe.distribution),
    ).distributions as { amiDistributionConfiguration?: { name?: string; amiTags?: Record<string, string> } }[];
    const registered = await this.ec2("RegisterImage", {
      Name: name.replace("{{ imagebuilder:buildDate }}", `2026-01-01T00-00-${this.started}`),
      RootDeviceName: "/dev/xvda",
      "BlockDeviceMapping.1.DeviceName": "/dev/xvda",
      "BlockDeviceMapping.1.Ebs.SnapshotId": snapshot,
      ...tagSpecification("image", { ...amiTags, CreatedBy: "EC2 Image Builder", Ec2ImageBuilderArn: arn }),
    });
    return first(registered, "imageId");
  }

  private tags(method: string, arn: string, url: URL, body: string): Item {
    const item = this.item(arn);
    const tags = { ...(item.tags as Record<string, string> | undefined) };
    if (method === "POST") Object.assign(tags, (JSON.parse(body) as { tags: Record<string, string> }).tags);
    if (method === "DELETE") for (const key of url.searchParams.getAll("tagKeys")) Reflect.deleteProperty(tags, key);
    item.tags = tags;
    return method === "GET" ? { tags } : {};
  }

  private item(arn: string): Item {
    const item = this.items.get(arn);
    if (item) return item;
    throw new Refusal("ResourceNotFoundException", `${arn} cannot be found`);
  }

  private build(arn: unknown): Build {
    const build = this.builds.get(String(arn));
    if (build) return build;
    throw new Refusal("ResourceNotFoundException", `${String(arn)} cannot be found`);
  }

  private ec2(action: string, parameters: Record<string, string>): Promise<string> {
    return this.emulator.query("ec2", "2016-11-15", action, parameters);
  }
}

/**
 * Refuses a component's document with YAML anchors: AWS documents none.
 * https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html
 */
function refuseAnchors(document: string): void {
  visit(parseDocument(document), {
    Alias: () => {
      throw new Refusal("InvalidRequestException", "the component's document has a YAML alias");
    },
  });
}

/** The step at which each workflow fails, by the last character of its execution's id. */
const steps: Readonly<Record<string, readonly [name: string, message: string]>> = {
  b: ["ApplyBuildComponents", "the playbook ended with 2"],
  c: ["RunTestComponents", "the test ended with 1"],
  d: ["DistributeImage", "no right to copy"],
};

function executionId(type: string): string {
  return `wf-00000000-0000-0000-0000-00000000000${{ BUILD: "b", TEST: "c" }[type] ?? "d"}`;
}

function describe({ arn, recipe, status, reason, ami, tags }: Build): Item {
  const outputResources =
    ami === undefined ? {} : { outputResources: { amis: [{ region, image: ami, accountId: account }] } };
  return {
    arn,
    name: recipe.name,
    version: `1.0.0/${arn.split("/").at(-1) ?? ""}`,
    state: { status, ...(reason === undefined ? {} : { reason }) },
    tags,
    ...outputResources,
  };
}

function tagSpecification(type: string, tags: Record<string, string>): Record<string, string> {
  const fields = Object.entries(tags).flatMap(([key, value], index) => [
    [`TagSpecification.1.Tag.${index + 1}.Key`, key],
    [`TagSpecification.1.Tag.${index + 1}.Value`, value],
  ]);
  return { "TagSpecification.1.ResourceType": type, ...(Object.fromEntries(fields) as Record<string, string>) };
}

function first(xml: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)`).exec(xml)?.[1] ?? "";
}

/** Of lifecycle policies alone the time is a number: seconds since 1970. */
function withTime(policy: Item): Item {
  return { ...policy, dateCreated: Date.parse(String(policy.dateCreated)) / 1000 };
}
