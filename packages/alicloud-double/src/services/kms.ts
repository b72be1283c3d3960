import type { ActionGroup } from "../protocol/action";
import { Refusal } from "../refusal";

/**
 * Secrets, without their values.
 * https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-describesecret
 */
export const secrets: ActionGroup = {
  service: "kms",
  actions: {
    DescribeSecret({ fields, world }) {
      const name = fields.string("SecretName") ?? "";
      const key = world.keyOfSecret(name);
      if (key === undefined) throw new Refusal("Forbidden.ResourceNotFound", "Resource not found.", 404);
      return {
        Arn: `acs:kms:${world.region}:${world.accountId}:secret/${name}`,
        SecretName: name,
        SecretType: "Generic",
        ...(key === "" ? {} : { EncryptionKeyId: key }),
      };
    },
  },
};
