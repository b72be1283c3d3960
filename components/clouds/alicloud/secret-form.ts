import type { IdForm } from "../limits";

/**
 * The form of a reference to a secret of a region.
 * https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-createsecret
 */
export function secretForm(region: string): IdForm {
  return {
    pattern: new RegExp(`^acs:kms:${region}:\\d{16}:secret/[A-Za-z0-9_/+=.@-]{1,64}$`),
    what:
      `the resource name of a KMS secret in ${region}, such as ` +
      `acs:kms:${region}:1234567890123456:secret/bookstore-db`,
  };
}
