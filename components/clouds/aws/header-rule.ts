import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./header-rule.remote";

/** The arguments of a header rule. */
export type HeaderRuleArgs = RemoteArgs<typeof code>;

const kind: RemoteKind<typeof code> = {
  type: "HeaderRule",
  module: "clouds/aws/header-rule",
  outputs: { rule: undefined },
  replaceOnChanges: ["listener"],
  updateOnChanges: ["targetGroup", "tags"],
  reads: true,
  deletes: true,
};

/**
 * The listener's rule that leads requests with the header `X-Release` to one release. Its priority is one that is free when
 * it is created: the program cannot know which priorities an interrupted update has taken.
 */
export class HeaderRule extends RemoteResource<typeof code> {
  constructor(name: string, args: HeaderRuleArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, args, opts);
  }
}
