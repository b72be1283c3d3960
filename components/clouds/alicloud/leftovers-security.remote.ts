import { untilFree } from "./api.remote";
import type { Owned } from "./owned.remote";

interface Permission {
  readonly Direction?: string;
  readonly IpProtocol?: string;
  readonly PortRange?: string;
  readonly NicType?: string;
  readonly SourceCidrIp?: string;
  readonly Policy?: string;
  readonly Priority?: string | number;
  readonly Description?: string;
}

/**
 * Removes from security groups that stay the rules that the state does not know: each would admit what nobody asks for.
 * A rule has no tags, so its description is the mark.
 */
export async function removeSecurityRules(owned: Owned): Promise<void> {
  const ecs = owned.api("ecs");
  for (const SecurityGroupId of (await owned.ofStack("ecs", "securitygroup")).filter((id) => owned.isRecorded(id))) {
    const { Permissions } = await untilFree(() =>
      ecs.request<{ readonly Permissions?: { readonly Permission?: readonly Permission[] } }>(
        "DescribeSecurityGroupAttribute",
        { SecurityGroupId, NicType: "intranet", Direction: "ingress" },
      ),
    );
    const own = (Permissions?.Permission ?? []).filter(({ Description }) => Description === owned.owner);
    for (const { IpProtocol = "", PortRange, NicType, SourceCidrIp, Policy = "", Priority } of own) {
      const [protocol, policy] = [IpProtocol.toLowerCase(), Policy.toLowerCase()];
      // The provider's own form.
      const id = [SecurityGroupId, "ingress", protocol, PortRange, NicType, SourceCidrIp, policy, Priority].join(":");
      if (owned.isRecorded(id)) continue;
      await owned.remove("security group's rule", id, () =>
        ecs.request("RevokeSecurityGroup", {
          SecurityGroupId,
          Permissions: [{ IpProtocol: protocol, PortRange, NicType, SourceCidrIp, Policy: policy, Priority }],
        }),
      );
    }
  }
}
