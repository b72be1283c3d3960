import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./redirect-rule.remote";

const kind: RemoteKind<typeof code> = {
  type: "RedirectRule",
  module: "clouds/alicloud/redirect-rule",
  outputs: { rule: undefined },
  replaceOnChanges: ["listener"],
  updateOnChanges: [],
  reads: true,
  deletes: true,
};

/**
 * The rule that redirects every request to HTTPS. Any traffic split on the same listener applies before it, so a
 * service that gets or loses its certificate answers on port 80 without a gap.
 */
export class RedirectRule extends remoteClass<typeof code>(kind) {}
