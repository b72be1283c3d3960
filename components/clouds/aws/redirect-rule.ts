import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./redirect-rule.remote";

/** The arguments of a redirect rule. */
export type RedirectRuleArgs = RemoteArgs<typeof code>;

const kind: RemoteKind<typeof code> = {
  type: "RedirectRule",
  module: "clouds/aws/redirect-rule",
  outputs: { rule: undefined },
  replaceOnChanges: ["listener"],
  updateOnChanges: ["tags"],
  reads: true,
  deletes: true,
};

/**
 * The rule that redirects from HTTP to HTTPS. The traffic split of port 80 has precedence over it, so that switching TLS on
 * deletes that split once everything is ready, and switching it off creates it before the redirect is deleted.
 */
export class RedirectRule extends RemoteResource<typeof code> {
  constructor(name: string, args: RedirectRuleArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, args, opts);
  }
}
