import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, remoteClass } from "../../remote";
import { storeKind } from "../kept-store";
import { nameIn } from "./arns";
import type * as code from "./object-store.remote";

const kind: RemoteKind<typeof code> = {
  type: "ObjectStore",
  module: "clouds/aws/object-store",
  ...storeKind,
};

/** The bucket of a service. What protects it are resources of their own. See `storeKind`. */
export class ObjectStore extends remoteClass<typeof code>(kind) {
  /** The bucket's ARN, which is the resource's id: unlike other outputs, a preview of an update knows it. */
  readonly arn: pulumi.Output<string> = this.id;
  /** The bucket's name. */
  readonly bucket: pulumi.Output<string> = this.id.apply(nameIn);
}
