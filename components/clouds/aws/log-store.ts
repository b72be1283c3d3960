import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, remoteClass } from "../../remote";
import { storeKind } from "../kept-store";
import { nameIn } from "./arns";
import type * as code from "./log-store.remote";

const kind: RemoteKind<typeof code> = {
  type: "LogStore",
  module: "clouds/aws/log-store",
  ...storeKind,
  updateOnChanges: [...storeKind.updateOnChanges, "retentionDays"],
};

/** The log group of a service. See `storeKind`. */
export class LogStore extends remoteClass<typeof code>(kind) {
  /** The log group's ARN, which is the resource's id: unlike other outputs, a preview of an update knows it. */
  readonly arn: pulumi.Output<string> = this.id;
  /** The log group's name. */
  readonly name: pulumi.Output<string> = this.id.apply(nameIn);
}
