import { isInput } from "../../stack-file/values";
import { type Problem, problemIf } from "../../stack-file/problems";
import type { ValidFields } from "../../stack-file/schema";
import { releasesOf } from "../limits";
import { namedPermissions } from "../permissions";
import { policyDocument, secretStatements } from "./policy-statements";

/**
 * The characters that all inline policies of a role may have together.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const mostCharacters = 10_240;

/** At most what the policies have that every service has: logs, the registry, files, and the share. */
export const ownPolicyCharacters = 2_200;

/**
 * Checks that the rights of all live releases fit in the roles that have them, with those of one more: while a release
 * replaces another, both have theirs, and with `previous.keep` the one that was kept before them too.
 */
export function checkRoleSize(service: ValidFields, region: string): Problem[] {
  const secrets = releasesOf(service).map(({ whole }) => secretCharacters(whole, region));
  const permissions = permissionCharacters(service);
  const further = service.previous?.keep === true ? 2 : 1;
  const all = sum(secrets) + further * Math.max(...secrets) + ownPolicyCharacters;
  // On containers the app has its permissions by a role of its own, and ECS reads the secrets.
  const [start, app] = service.compute === "vm" ? [all + permissions, 0] : [all, permissions + ownPolicyCharacters];
  const what = `AWS allows a role ${mostCharacters} characters in its policies`;
  return [
    ...problemIf(
      start > mostCharacters,
      "too-long",
      "secrets",
      `need ${start} characters in the policies of the role that reads them, for all live releases and ${further === 1 ? "one that is" : "two that are"} ` +
        `being replaced, and ${what}: put several values into one secret`,
    ),
    ...problemIf(
      app > mostCharacters,
      "too-long",
      "permissions",
      `need ${app} characters, and ${what}: use policyArns`,
    ),
  ];
}

function secretCharacters({ secrets = {} }: ValidFields, region: string): number {
  const references = Object.values(secrets).filter((reference) => typeof reference === "string");
  return references.length === 0 ? 0 : characters(secretStatements([...new Set(references)].sort(), region));
}

function permissionCharacters({ permissions = [] }: ValidFields): number {
  const known = permissions.filter(
    (permission) => permission?.actions !== undefined && permission.resources?.every((one) => !isInput(one)),
  ) as Parameters<typeof namedPermissions>[0]["permissions"];
  return sum(namedPermissions({ permissions: known }).map(({ statement }) => characters([statement])));
}

const characters = (statements: Parameters<typeof policyDocument>[0]) =>
  JSON.stringify(policyDocument(statements)).replace(/\s/g, "").length;

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
