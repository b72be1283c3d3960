import type * as pulumi from "@pulumi/pulumi";
import * as permissions from "../permissions";
import { domainOf, partitionOf } from "./regions";

/** A statement of a role's policy. */
export interface Statement extends permissions.PolicyStatement<
  pulumi.Input<readonly pulumi.Input<string>[]>,
  pulumi.Input<Conditions>
> {
  readonly Sid?: string;
}

/** Operators, each with the keys that it compares and their values. */
type Conditions = Readonly<Record<string, Readonly<Record<string, pulumi.Input<string> | readonly string[]>>>>;

/** A statement that allows some actions on some resources. */
export function allow(
  Sid: string,
  Action: string[],
  Resource: pulumi.Input<string>[],
  Condition?: Conditions,
): Statement {
  return { Sid, ...permissions.allow(Action, Resource, Condition) };
}

/** A policy with these statements. */
export function policyDocument(statements: pulumi.Input<readonly Statement[]>) {
  return { Version: "2012-10-17", Statement: statements };
}

/** What reads these secrets and parameters, and decrypts them and no others. */
export function secretStatements(references: readonly string[], region: string): Statement[] {
  const inManager = [
    ...new Set(references.filter((reference) => reference.includes(":secretsmanager:")).map(withoutField)),
  ];
  const inParameters = [...new Set(references.filter((reference) => reference.includes(":ssm:")).map(withoutVersion))];
  const via = (service: string, key: string, arns: string[]) =>
    allow(`Decrypt${service}`, ["kms:Decrypt"], [`arn:${partitionOf(region)}:kms:*:*:key/*`], {
      StringLike: Object.fromEntries([
        ["kms:ViaService", `${service}.*.${domainOf(region)}`],
        [`kms:EncryptionContext:${key}`, arns.length === 1 ? (arns[0] ?? "") : arns],
      ]),
    });
  return [
    ...(inManager.length > 0
      ? [
          allow("ReadSecrets", ["secretsmanager:GetSecretValue"], inManager),
          via("secretsmanager", "SecretARN", inManager),
        ]
      : []),
    ...(inParameters.length > 0
      ? [
          allow("ReadParameters", ["ssm:GetParameter", "ssm:GetParameters"], inParameters),
          via("ssm", "PARAMETER_ARN", inParameters),
        ]
      : []),
  ];
}

/** A reference may name one field of a secret after its ARN's seventh part; access is granted to the whole secret. */
function withoutField(reference: string): string {
  return reference.split(":").slice(0, 7).join(":");
}

/** A reference may name a version or a label of a parameter after its ARN's sixth part; access is granted to the parameter. */
function withoutVersion(reference: string): string {
  return reference.split(":").slice(0, 6).join(":");
}
