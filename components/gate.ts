import type * as pulumi from "@pulumi/pulumi";
import type * as code from "./gate.remote";
import { type RemoteKind, remoteClass } from "./remote";

const kind: RemoteKind<typeof code> = {
  type: "Gate",
  module: "gate",
  outputs: { passed: undefined },
  // A release that passed has passed: other limits or another address are no reason to check it again.
  replaceOnChanges: ["group"],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * The check that a release must pass before it gets traffic. It is a resource because a create that fails is not
 * recorded, so the next update runs the check again. A resource hook on the server group would run only once.
 */
export class Gate extends remoteClass<typeof code>(kind) {
  declare readonly passed: pulumi.Output<string>;
}
