/**
 * A small program with a service's stores alone: its files, its shared file system and its logs, as on the real
 * service.
 */
import type { ServiceSpec } from "../../../components/spec";
import { writeProgram } from "./compiled";
import type { EngineRun, StackRun } from "./stack";

/** The stores of a service, with every default applied. */
export type Stores = Pick<ServiceSpec, "files" | "logs">;

const beginning = `
import * as pulumi from "@pulumi/pulumi";
import { OwnershipMark } from "./components/ownership-mark";
const stores = new pulumi.Config("immutable-service").requireObject<any>("stores");
const parent = new pulumi.ComponentResource("immutable:index:ImmutableService", "books");
const { mark } = new OwnershipMark("books-mark", { parent });
const contextOf = (region: string, more = {}): any => ({
  name: "books",
  spec: { ...stores, tags: { team: "books" } },
  facts: { region, project: "library", stack: pulumi.getStack(), projectFolder: ".", ...more },
  mark,
  parent,
});
`;

/** The program on AWS. */
export const awsProgram = `${beginning}
import * as aws from "@pulumi/aws";
import { files } from "./components/clouds/aws/files";
import { logGroup } from "./components/clouds/aws/logs";
const context = contextOf("us-east-1");
const vpc = new aws.ec2.Vpc("books", { cidrBlock: "10.0.0.0/16" });
const subnet = new aws.ec2.Subnet("books", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
const group = new aws.ec2.SecurityGroup("books", { vpcId: vpc.id });
const network: any = { vpcId: vpc.id, privateSubnets: [{ name: "a", id: subnet.id }] };
const data = files(context, network, group.id);
export const bucket = data?.bucket.bucket;
export const share = data?.share?.fileSystem.id;
export const logs = logGroup(context).name;
`;

/** The program on Alibaba Cloud, with what collects the logs of virtual machines. */
export const alicloudProgram = `${beginning}
import * as alicloud from "@pulumi/alicloud";
import { files } from "./components/clouds/alicloud/files";
import { collectFromMachines, logProject, logs as logStore } from "./components/clouds/alicloud/logs";
const environment = new pulumi.ComponentResource("immutable:index:Environment", "books");
const context = contextOf("cn-hangzhou", { accountType: "Domestic", endpoints: undefined });
const vpc = new alicloud.vpc.Network("books", { vpcName: "books", cidrBlock: "10.0.0.0/16" });
const vswitch = new alicloud.vpc.Switch("books", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24", zoneId: "cn-hangzhou-h" });
const network: any = {
  vpcId: vpc.id,
  instanceSwitchIds: [vswitch.id],
  shareSwitch: { label: "cn-hangzhou-h", id: vswitch.id },
};
const data = files(context, network);
export const bucket = data?.bucket;
export const share = data?.share?.server.apply((server) => server.split("-")[0] ?? "");
export const logs = logStore(context, logProject({ ...context, parent: environment }), collectFromMachines).project;
`;

/** A stack of the program, whose stores change between runs. */
export class DataStack {
  constructor(
    readonly run: StackRun,
    private readonly config: Record<string, unknown>,
    program: string,
  ) {
    writeProgram(run.folder, program);
  }

  /** `pulumi up` with these stores. */
  async up(stores: Stores): Promise<EngineRun> {
    this.set(stores);
    return this.run.up();
  }

  /** Describes the stores in the stack's configuration. */
  set(stores: Stores): void {
    const plain = JSON.parse(JSON.stringify(stores)) as unknown;
    this.run.configure({ ...this.config, "immutable-service:stores": plain });
  }
}
