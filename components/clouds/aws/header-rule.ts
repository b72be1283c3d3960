import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./header-rule.remote";

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
 * The listener's rule that leads requests that name one release in the header `X-Release` to it. Its priority is one that is free
 * when it is created: the program cannot know which priorities an interrupted update has taken.
 */
export class HeaderRule extends remoteClass<typeof code>(kind) {}
