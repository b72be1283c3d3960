import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./redirect-rule.remote";

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
 * The rule that redirects from HTTP to HTTPS. The traffic split of port 80 has precedence over it, so that switching
 * TLS on deletes that split once everything is ready, and switching it off creates it before the redirect is deleted.
 */
export class RedirectRule extends remoteClass<typeof code>(kind) {}
