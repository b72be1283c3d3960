import type { Case } from "./case";

/** Stack files whose values are too large together, and each of them right. */
export const large: readonly Case[] = [
  {
    title: "more variables with a secret than user data has room for on AWS",
    base: "vm",
    service: { secrets: secrets(60, "arn:aws:secretsmanager:us-east-1:123456789012:secret:bookstore/token-00-AbCdEf") },
    problems: { secrets: "must leave the user data with at most 16384 bytes on vm, got " },
  },
  {
    title: "more variables with a secret than user data has room for on Alibaba Cloud",
    base: "alicloud vm",
    service: { secrets: secrets(500, "acs:kms:cn-hangzhou:1234567890123456:secret/bookstore-token") },
    problems: { secrets: "must leave the user data with at most 32768 bytes on vm, got " },
  },
  {
    title: "more small variables than a task definition has room for on AWS",
    service: {
      environment: Object.fromEntries(Array.from({ length: 2100 }, (_, index) => [`V_${index}`, "on"])),
    },
    problems: { environment: "must leave the task definition with at most 65536 bytes on container, got " },
  },
  {
    title: "more variables with the program's own than a container has room for on Alibaba Cloud",
    base: "alicloud container",
    service: { environment: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`V_${index}`, "on"])) },
    problems: { environment: "must leave a container with at most 100 variables on ECI, got 107" },
  },
  {
    title: "more secrets than the policies of a role have room for beside those of the release before",
    service: {
      secrets: Object.fromEntries(
        Array.from({ length: 40 }, (_, index) => [
          `TOKEN_${index}`,
          `arn:aws:secretsmanager:us-east-1:123456789012:secret:bookstore/production/${"token".repeat(8)}-${index}-AbCdEf`,
        ]),
      ),
    },
    problems: { secrets: "AWS allows a role 10240 characters in its policies" },
  },
];

function secrets(count: number, reference: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`TOKEN_${index}`, reference]));
}
