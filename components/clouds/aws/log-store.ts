import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import { storeOptions, updatedStoreInputs } from "../kept-store";
import { nameIn } from "./arns";
import type * as code from "./log-store.remote";

const kind: RemoteKind<typeof code> = {
  type: "LogStore",
  module: "clouds/aws/log-store",
  outputs: {},
  replaceOnChanges: ["region"],
  updateOnChanges: [...updatedStoreInputs, "retentionDays"],
  reads: true,
  deletes: true,
};

/**
 * The log group of a service. It outlives its removal from the stack unless it is to be deleted, and the same stack takes
 * it back.
 */
export class LogStore extends RemoteResource<typeof code> {
  /** The log group's ARN, which is the resource's id: unlike other outputs, a preview of an update knows it. */
  readonly arn: pulumi.Output<string>;
  /** The log group's name. */
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: RemoteArgs<typeof code>, parent: pulumi.Resource) {
    super(kind, name, args, storeOptions(parent));
    this.arn = this.id;
    this.name = this.id.apply(nameIn);
  }
}
