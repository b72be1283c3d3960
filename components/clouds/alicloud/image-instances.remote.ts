import { randomUUID } from "node:crypto";
import { codeOf, isMissing } from "./api.remote";
import { type ImageSession, tagParameter } from "./image-session.remote";

/** What all instances of a bake have in common. */
export interface InstanceInputs {
  readonly region: string;
  /** The service's name. */
  readonly service: string;
  /** The recipe's tag. */
  readonly recipe: string;
  /** The value of a tag that only this stack uses, so that it never takes another stack's bake for an abandoned one. */
  readonly builderTag: string;
  /** The type of the instances. */
  readonly instanceType: string;
  /** The vSwitches for them: the next one is tried where a zone has no instance of the type. */
  readonly vswitches: readonly string[];
  readonly securityGroup: string;
  /** Minutes after which the bake fails. */
  readonly within: number;
}

/** One instance to launch. */
export interface Launch {
  readonly image: string;
  readonly purpose: "builder" | "tester";
  readonly sizeGiB: number;
  /** The bandwidth of its public address in Mbit/s; 0 for an instance without one. */
  readonly bandwidth: number;
}

interface Listed {
  readonly Instances?: { readonly Instance?: readonly { readonly InstanceId: string; readonly Status: string }[] };
}

interface AssistantStatus {
  readonly InstanceCloudAssistantStatusSet?: {
    readonly InstanceCloudAssistantStatus?: readonly { readonly CloudAssistantStatus: string }[];
  };
}

interface Results {
  readonly Invocation?: { readonly InvocationResults?: { readonly InvocationResult?: readonly Result[] } };
}

interface Result {
  readonly InvocationStatus: string;
  readonly ExitCode?: number;
  readonly Output?: string;
  readonly ErrorInfo?: string;
}

/** The instances that bake and test, driven by Cloud Assistant. */
export class Instances {
  /** Those launched so far: their tags are not always found at once. */
  private readonly launched = new Set<string>();

  constructor(
    private readonly session: ImageSession,
    private readonly inputs: InstanceInputs,
  ) {}

  /** Launches an instance in the first zone that has one, and waits until it can run scripts. */
  async launch(launch: Launch): Promise<string> {
    let refused = new Error(`no zones of ${this.inputs.region} are known; name zones in network.zones`);
    for (const vswitch of this.inputs.vswitches) {
      try {
        const instance = await this.request(launch, vswitch);
        this.launched.add(instance);
        await this.waitForStart(instance);
        await this.waitForAssistant(instance, launch.image);
        return instance;
      } catch (error) {
        const soldOut = /NoStock|NotOnSale|NotSupported|NotAvailable|SoldOut/i.test(codeOf(error));
        if (!soldOut || !(error instanceof Error)) throw error;
        refused = error;
      }
    }
    throw refused;
  }

  /** Runs a shell script to its end. When it fails, the error has the end of its output. */
  async run(instance: string, name: string, script: string): Promise<void> {
    const { InvokeId } = await this.session.request<{ InvokeId: string }>("RunCommand", {
      Type: "RunShellScript",
      Name: `${this.inputs.service}-image-${name}`,
      CommandContent: Buffer.from(script).toString("base64"),
      ContentEncoding: "Base64",
      "InstanceId.1": instance,
      Timeout: Math.max(60, this.session.remainingSeconds),
      TerminationMode: "ProcessTree",
      ClientToken: randomUUID(),
    });
    const parameters = { InvokeId, InstanceId: instance, ContentEncoding: "PlainText" };
    const result = await this.session.waitFor(`the end of the ${name} on ${instance}`, async () => {
      const { Invocation } = await this.session.request<Results>("DescribeInvocationResults", parameters);
      const found = Invocation?.InvocationResults?.InvocationResult?.[0];
      const running = /^(Pending|Scheduled|Running|Stopping)$/.test(found?.InvocationStatus ?? "");
      return running ? undefined : found;
    });
    const { InvocationStatus: status, ExitCode: code, ErrorInfo: info = "", Output: output = "" } = result;
    if (status === "Success" && code === 0) return;
    const parts = [`${status}, exit code ${code ?? "none"}`, info, output.trim().slice(-3000)];
    throw new Error(parts.filter((part) => part !== "").join("\n"));
  }

  async stop(instance: string): Promise<void> {
    await this.session.request("StopInstance", { InstanceId: instance });
    await this.waitForStatus(instance, "Stopped", `the stop of ${instance}`);
  }

  /** Deletes an instance and waits until it is gone: its network cannot be deleted before. */
  async terminate(instance: string): Promise<void> {
    try {
      await this.session.request("DeleteInstance", { InstanceId: instance, Force: true });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await this.waitForStatus(instance, undefined, `the end of ${instance}`);
  }

  /** Deletes every instance of this stack's bakes. */
  async terminateAll(): Promise<void> {
    const Tag = tagParameter({ builder: this.inputs.builderTag });
    const { Instances } = await this.session.request<Listed>("DescribeInstances", { Tag, PageSize: 100 });
    const tagged = (Instances?.Instance ?? []).map(({ InstanceId }) => InstanceId);
    for (const instance of new Set([...this.launched, ...tagged])) await this.terminate(instance);
    this.launched.clear();
  }

  /** Requests an instance that nobody can log in to, and that ends by itself if nothing else ends it. */
  private async request({ image, purpose, sizeGiB, bandwidth }: Launch, vswitch: string): Promise<string> {
    const { builderTag, instanceType, recipe, securityGroup, service, within } = this.inputs;
    // ECS takes nothing earlier than half an hour from now.
    const end = new Date(Date.now() + (Math.max(within, 30) + 15) * 60_000);
    const parameters = {
      ImageId: image,
      InstanceType: instanceType,
      VSwitchId: vswitch,
      SecurityGroupId: securityGroup,
      Amount: 1,
      ClientToken: randomUUID(),
      AutoReleaseTime: end.toISOString().replace(/\.\d+Z$/, "Z"),
      InstanceName: `${service}-image-${purpose}-${recipe}`,
      Tag: tagParameter({ service, recipe, builder: builderTag }),
      // No key pair and no password. A public address is for egress only: the security group has no ingress rule.
      InternetMaxBandwidthOut: bandwidth,
      InternetChargeType: "PayByTraffic",
      HttpEndpoint: "enabled",
      HttpTokens: "required",
      SecurityEnhancementStrategy: "Deactive",
      "SystemDisk.Category": "cloud_essd",
      "SystemDisk.PerformanceLevel": "PL0",
      "SystemDisk.Size": sizeGiB,
      "SystemDisk.Encrypted": "true",
    };
    type Reply = { readonly InstanceIdSets: { readonly InstanceIdSet: readonly string[] } };
    const { InstanceIdSets } = await this.session.request<Reply>("RunInstances", parameters);
    return InstanceIdSets.InstanceIdSet[0] ?? "";
  }

  private async waitForStart(instance: string): Promise<void> {
    let seen = false;
    await this.session.waitFor(`the start of ${instance}`, async () => {
      const status = await this.statusOf(instance);
      if (status === undefined && seen) {
        const type = this.inputs.instanceType;
        throw new Error(`${instance} disappeared before it had started: its zone may have no ${type} left`);
      }
      seen ||= status !== undefined;
      return status === "Running" ? true : undefined;
    });
  }

  private async waitForAssistant(instance: string, image: string): Promise<void> {
    const parameters = { "InstanceId.1": instance };
    await this.session.waitFor(`Cloud Assistant on ${instance}, whose agent the image ${image} must have`, async () => {
      const reply = await this.session.request<AssistantStatus>("DescribeCloudAssistantStatus", parameters);
      const status = reply.InstanceCloudAssistantStatusSet?.InstanceCloudAssistantStatus?.[0]?.CloudAssistantStatus;
      return status === "true" ? true : undefined;
    });
  }

  private async waitForStatus(instance: string, status: string | undefined, what: string): Promise<void> {
    await this.session.waitFor(what, async () => ((await this.statusOf(instance)) === status ? true : undefined));
  }

  private async statusOf(instance: string): Promise<string | undefined> {
    const parameters = { InstanceIds: JSON.stringify([instance]) };
    const { Instances } = await this.session.request<Listed>("DescribeInstances", parameters);
    return Instances?.Instance?.[0]?.Status;
  }
}
