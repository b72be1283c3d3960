import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./header-rule.remote";

const kind: RemoteKind<typeof code> = {
  type: "HeaderRule",
  module: "clouds/alicloud/header-rule",
  outputs: { rule: undefined },
  replaceOnChanges: ["listener"],
  updateOnChanges: ["targetGroup"],
  reads: true,
  deletes: true,
};

/**
 * The rule that sends requests that name a release in the header `X-Release` to it. A target group that no
 * rule names is never health-checked, so it exists before the release's instances.
 */
export class HeaderRule extends remoteClass<typeof code>(kind) {}
