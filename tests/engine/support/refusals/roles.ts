/** Roles: the size of their inline policies. */
import { field } from "../gaps/correction";
import { refusal, type Refusal } from "./refusal";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; white space does not count. */
const mostCharacters = 10_240;

/**
 * LimitExceeded of https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html; the message from
 * https://github.com/hashicorp/terraform-provider-aws/issues/45533.
 */
export function roles(): Refusal {
  const sizes = new Map<string, Map<string, number>>();
  return refusal("iam", {
    PutRolePolicy: (call) => {
      const role = field(call, "RoleName") ?? "";
      const policies = new Map(sizes.get(role));
      policies.set(field(call, "PolicyName") ?? "", (field(call, "PolicyDocument") ?? "").replace(/\s/g, "").length);
      if ([...policies.values()].reduce((total, size) => total + size, 0) > mostCharacters)
        return Promise.resolve({
          code: "LimitExceeded",
          message: `Maximum policy size of ${mostCharacters} bytes exceeded for role ${role}`,
          status: 409,
        });
      sizes.set(role, policies);
      return Promise.resolve(undefined);
    },
    DeleteRolePolicy: (call) => {
      sizes.get(field(call, "RoleName") ?? "")?.delete(field(call, "PolicyName") ?? "");
      return Promise.resolve(undefined);
    },
    DeleteRole: (call) => {
      sizes.delete(field(call, "RoleName") ?? "");
      return Promise.resolve(undefined);
    },
  });
}
