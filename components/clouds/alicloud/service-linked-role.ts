import { type RemoteKind, RemoteResource } from "../../remote";
import type { Context } from "./context";
import { endpointOf } from "./regions";
import type * as code from "./service-linked-role.remote";

const kind: RemoteKind<typeof code> = {
  type: "ServiceLinkedRole",
  module: "clouds/alicloud/service-linked-role",
  outputs: {},
  replaceOnChanges: [],
  updateOnChanges: [],
  reads: false,
  deletes: false,
};

/**
 * The role with which Auto Scaling works in an account. Other services create theirs on first use; without this one, an
 * account's first scaling group is refused.
 * https://www.alibabacloud.com/help/en/auto-scaling/user-guide/service-linked-roles
 *
 * The provider's own resource fails where the role exists, and deletes it with the stack although other stacks use it.
 */
export class ServiceLinkedRole extends RemoteResource<typeof code> {
  constructor({ name, parent, facts }: Context<unknown>) {
    super(
      kind,
      `${name}-auto-scaling-role`,
      {
        service: "ess.aliyuncs.com",
        role: "AliyunServiceRoleForAutoScaling",
        endpoint: endpointOf(facts, "resourcemanager"),
      },
      // It belongs to the account, and outlives the stack.
      { parent, retainOnDelete: true },
    );
  }
}
