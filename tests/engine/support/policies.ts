/** What the policies of roles and of repositories allow. The emulator never asks them. */
import type { CloudReader } from "./cloud-reader";

interface Statement {
  Effect?: string;
  Action?: string | string[];
  Resource?: string | string[];
  Principal?: string | { AWS?: string | string[] };
  Condition?: object;
}

/** Whether a role's own policies and those that are attached to it allow an action. Boundaries are not known here. */
export async function roleAllows(cloud: CloudReader, role: string, action: string, resource: string): Promise<boolean> {
  const statements = (await policiesOf(cloud, role)).flatMap(statementsIn);
  return allowed(statements, action, ({ Resource = [] }) => [Resource].flat().some((one) => matches(resource, one)));
}

/** What reads a secret of Secrets Manager, and parameters of Systems Manager by one or more names. */
export type ReadAction = "secretsmanager:GetSecretValue" | "ssm:GetParameter" | "ssm:GetParameters";

/** The ARN that a reference names: without a secret's field, and without a parameter's version. */
export function arnIn(reference: string): string {
  return reference
    .split(":")
    .slice(0, reference.includes(":secretsmanager:") ? 7 : 6)
    .join(":");
}

/** Whether an ARN is a whole one: that of a secret ends with six characters, which Secrets Manager chooses. */
export function isWhole(arn: string): boolean {
  return !arn.includes(":secretsmanager:") || /-[A-Za-z0-9]{6}$/.test(arn);
}

/**
 * Whether a role may read what a reference names. A policy has to match the secret's whole ARN, whatever the reference
 * is: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html. A parameter's version is not part
 * of its ARN: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html.
 */
export function mayRead(cloud: CloudReader, role: string, action: ReadAction, reference: string): Promise<boolean> {
  const arn = arnIn(reference);
  return roleAllows(cloud, role, action, isWhole(arn) ? arn : `${arn}-AbCdEf`);
}

/**
 * Whether the policy of a resource allows an account an action:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
 */
export function accountMay(policy: string, account: string, action: string): boolean {
  const ofAccount = new RegExp(`^(\\*|${account}|arn:[\\w-]+:iam::${account}:root)$`);
  return allowed(statementsIn(policy), action, ({ Principal = {} }) =>
    (typeof Principal === "string" ? [Principal] : [Principal.AWS ?? []].flat()).some((one) => ofAccount.test(one)),
  );
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: one statement has to allow
 * it, and none may deny it. A statement with a condition allows nothing here, because what it compares is not known.
 */
function allowed(statements: Statement[], action: string, applies: (statement: Statement) => boolean): boolean {
  const named = statements.filter(
    (one) =>
      applies(one) && [one.Action ?? []].flat().some((name) => matches(action.toLowerCase(), name.toLowerCase())),
  );
  return (
    named.some(({ Effect, Condition }) => Effect === "Allow" && Condition === undefined) &&
    !named.some(({ Effect }) => Effect === "Deny")
  );
}

function statementsIn(policy: string): Statement[] {
  if (policy === "") return [];
  return [(JSON.parse(policy) as { Statement: Statement | Statement[] }).Statement].flat();
}

async function policiesOf(cloud: CloudReader, RoleName: string): Promise<string[]> {
  const named = (xml: string, name: string) =>
    [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, value = ""]) => value);
  const document = (xml: string, name: string) => decodeURIComponent(named(xml, name)[0] ?? "");
  const inline = named(await iam(cloud, "ListRolePolicies", { RoleName }), "member");
  const attached = named(await iam(cloud, "ListAttachedRolePolicies", { RoleName }), "PolicyArn");
  return Promise.all([
    ...inline.map(async (PolicyName) =>
      document(await iam(cloud, "GetRolePolicy", { RoleName, PolicyName }), "PolicyDocument"),
    ),
    ...attached.map(async (PolicyArn) => {
      const [VersionId = ""] = named(await iam(cloud, "GetPolicy", { PolicyArn }), "DefaultVersionId");
      return document(await iam(cloud, "GetPolicyVersion", { PolicyArn, VersionId }), "Document");
    }),
  ]);
}

/** The answer of IAM; an empty text when the resource does not exist. */
export async function iam(
  { emulator }: CloudReader,
  action: string,
  parameters: Record<string, string>,
): Promise<string> {
  return emulator.query("iam", "2010-05-08", action, parameters).catch((error: unknown) => {
    if (String(error).includes("NoSuchEntity")) return "";
    throw error;
  });
}

/** Whether a value matches a pattern with `*` and `?`. */
export function matches(value: string, pattern: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`).test(value);
}
