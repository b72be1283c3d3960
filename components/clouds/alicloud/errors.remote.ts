import { messageOf } from "../../error-message";

/** The code and the message of an error. */
export function describeError(error: unknown): string {
  return `${codeOf(error)} ${messageOf(error)}`.trim();
}

/** The error code of the cloud's reply; empty where there was no reply. */
export function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === "string" ? code : "";
}

/** Whether the cloud has not, or no longer, what a request names. */
export function isMissing(error: unknown): boolean {
  return /NOT_EXIST|NotExist|NotFound/i.test(codeOf(error));
}

/** The products that an account has to activate before it can use them, by the services whose calls need them. */
const products = {
  cr: "Container Registry",
  kms: "Key Management Service",
  nas: "File Storage NAS",
  oss: "Object Storage Service",
  sls: "Simple Log Service",
} as const;

/** How services refuse the calls of accounts that have not activated them; most codes are not documented. */
const inactive = /NotActivated|Not_?Open(ed)?\b|UserDisable|not (been )?activated|AccessKeyId \S* ?is inactive/i;

/** Whether a service refuses every call because the account has not activated it, so that it holds nothing either. */
export function isInactive(error: unknown): boolean {
  return inactive.test(describeError(error));
}

/** What to do about further codes of these services, each after its service. */
const advice: readonly (readonly [code: RegExp, sentence: string])[] = [
  [
    // https://www.alibabacloud.com/help/en/oss/user-guide/access-buckets-via-custom-domain-names
    /^oss PublicEndpointForbidden$/,
    "Accounts that began to use OSS after 20 March 2025 reach the objects of buckets in mainland China under no public " +
      "name of OSS: run the update in a VPC of the region, with alicloud:endpoints: [{ oss: " +
      "oss-REGION-internal.aliyuncs.com }] in the stack's configuration",
  ],
  [
    // https://www.alibabacloud.com/help/en/oss/overdue-payments
    /^oss InDebt/,
    "The account has overdue payments: settle its bills, and run the update again",
  ],
  [
    // https://www.alibabacloud.com/help/ja/oss/how-to-troubleshoot-403-status-code-when-you-access-oss
    / UserDisable$/,
    "An account that is suspended, for overdue payments or for a violation, gets the same code: see its bills and the " +
      "messages of its console",
  ],
];

/** What to do about a service that refuses every call of the account, after a full stop; empty for any other error. */
export function accountAdvice(service: string, error: unknown): string {
  const product = (products as Readonly<Record<string, string>>)[service];
  if (product === undefined) return "";
  const code = `${service} ${codeOf(error)}`;
  const sentences = advice.filter(([pattern]) => pattern.test(code)).map(([, sentence]) => sentence);
  if (isInactive(error))
    sentences.unshift(
      `Has the account activated ${product}? Open its console once, accept its terms, and run the update again`,
    );
  return sentences.map((sentence) => `. ${sentence}`).join("");
}
