import { Refusal } from "./refusal";

/** The products that an account must activate before their first use. Without ECI the groups of containers fail too. */
export const products = ["acr", "eci", "kms", "nas", "oss", "sls"] as const;

/** A product that an account must activate. */
export type Product = (typeof products)[number];

/** The product of each service whose every call needs it. */
const productOf: Readonly<Record<string, Product>> = {
  cr: "acr",
  eci: "eci",
  kms: "kms",
  nas: "nas",
  oss: "oss",
  sls: "sls",
};

/**
 * How each product refuses the calls of an account that has not activated it. Documented or reported:
 * - SLS: https://github.com/alibaba/funcraft/issues/740 and https://github.com/serverless/serverless/issues/7468. In 2026 SLS
 *   began to activate itself when a project is created
 *   (https://github.com/aliyun/terraform-provider-alicloud/pull/10555); the double keeps to the stricter behaviour.
 * - OSS: UserDisable is documented for suspended accounts
 *   (https://www.alibabacloud.com/help/ja/oss/how-to-troubleshoot-403-status-code-when-you-access-oss), and only reported for
 *   those that have never activated it.
 * The codes of ACR, ECI, KMS and NAS are not documented; callers can rely on no more than a refusal that names the product.
 */
const refusals: Readonly<Record<Product, Refusal>> = {
  acr: new Refusal("SERVICE_NOT_OPEN", "The account has not activated Container Registry.", 403),
  eci: new Refusal("Forbidden.NotActivated", "The account has not activated Elastic Container Instance.", 403),
  kms: new Refusal("Forbidden.NotActivated", "The account has not activated Key Management Service.", 403),
  nas: new Refusal("Forbidden.NotActivated", "The account has not activated File Storage NAS.", 403),
  oss: new Refusal("UserDisable", "UserDisable", 403),
  sls: new Refusal("InvalidAccessKeyId", "AccessKeyId LTAI5texample is inactive", 401),
};

/** The refusal of a service's calls while the account has not activated its product; undefined if it may be used. */
export function inactiveRefusal(activated: ReadonlySet<Product>, service: string): Refusal | undefined {
  const product = productOf[service];
  return product === undefined || activated.has(product) ? undefined : refusals[product];
}

/**
 * Why a container group cannot start in an account without the products that it needs; undefined if it can.
 * https://help.aliyun.com/en/eci/developer-reference/api-eci-2018-08-08-errorcodes has the codes of ACR and of the role.
 */
export function containerGroupProblem(activated: ReadonlySet<Product>, images: readonly string[]): string | undefined {
  if (!activated.has("eci")) return "Forbidden.NotActivated: The account has not activated Elastic Container Instance.";
  if (!activated.has("acr") && images.some((image) => /\.(cr\.)?aliyuncs\.com\//.test(image)))
    return "containerRepositoryAuthorizationFailed: An error occurred while authenticating the container image repository. Make sure that you have activated ACR, and try again later.";
  return undefined;
}
