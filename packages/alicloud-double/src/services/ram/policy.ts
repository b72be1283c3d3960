import type { ActionGroup } from "../../protocol/action";
import type { Fields } from "../../protocol/fields";
import { notFound, Refusal } from "../../refusal";
import { assertDefined } from "../../values";
import type { World } from "../../world";
import type { Policy } from "./records";
import { sentTags } from "../tagging";

/** RAM's refusal for an unknown policy. */
export const noPolicy = (name: string) => notFound("EntityNotExist.Policy", name);
const maxPolicyVersions = 5;

/** Custom policies and their versions. */
export const policies: ActionGroup = {
  service: "ram",
  actions: {
    CreatePolicy({ fields, world }) {
      const name = fields.string("PolicyName") ?? "";
      if (!/^[A-Za-z0-9-]{1,128}$/.test(name))
        throw new Refusal("InvalidParameter.PolicyName.InvalidChars", `The parameter PolicyName is invalid: ${name}.`);
      if (world.ram.policies.get(name))
        throw new Refusal("EntityAlreadyExists.Policy", `The policy already exists: ${name}.`, 409);
      const policy = world.ram.policies.put(name, {
        name,
        type: "Custom",
        description: fields.string("Description") ?? "",
        created: world.timestamp(),
        defaultVersion: "v1",
        versions: [{ id: "v1", document: parseDocument(fields, "PolicyDocument"), created: world.timestamp() }],
        tags: sentTags(fields),
      });
      return { Policy: policySummary(policy) };
    },
    GetPolicy({ fields, world }) {
      const policy = findPolicy(world, fields);
      const version = assertDefined(policy.versions.find((one) => one.id === policy.defaultVersion));
      return { Policy: policyResponse(world, policy), DefaultPolicyVersion: versionResponse(policy, version) };
    },
    UpdatePolicyDescription({ fields, world }) {
      const policy = findPolicy(world, fields);
      policy.description = fields.string("NewDescription") ?? policy.description;
      return { Policy: policySummary(policy) };
    },
    CreatePolicyVersion({ fields, world }) {
      const policy = findPolicy(world, fields);
      if (policy.versions.length >= maxPolicyVersions) {
        const oldest = policy.versions.find((one) => one.id !== policy.defaultVersion);
        if (fields.string("RotateStrategy") !== "DeleteOldestNonDefaultVersionWhenLimitExceeded" || !oldest)
          throw new Refusal("LimitExceeded.Policy.Version", "The policy has five versions already.", 409);
        policy.versions = policy.versions.filter((one) => one !== oldest);
      }
      const id = `v${String(Math.max(...policy.versions.map((one) => Number(one.id.slice(1)))) + 1)}`;
      const version = { id, document: parseDocument(fields, "PolicyDocument"), created: world.timestamp() };
      policy.versions.push(version);
      if (fields.boolean("SetAsDefault")) policy.defaultVersion = id;
      return { PolicyVersion: versionResponse(policy, version) };
    },
    ListPolicyVersions({ fields, world }) {
      const policy = findPolicy(world, fields);
      return { PolicyVersions: { PolicyVersion: policy.versions.map((version) => versionResponse(policy, version)) } };
    },
    DeletePolicyVersion({ fields, world }) {
      const policy = findPolicy(world, fields);
      if (fields.string("VersionId") === policy.defaultVersion)
        throw new Refusal("DeleteConflict.PolicyVersion.Default", "The default version cannot be deleted.", 409);
      policy.versions = policy.versions.filter((one) => one.id !== fields.string("VersionId"));
    },
    DeletePolicy({ fields, world }) {
      const policy = findPolicy(world, fields);
      if (world.ram.rolePolicies.find((one) => one.policyName === policy.name && one.policyType === policy.type))
        throw new Refusal("DeleteConflict.Role.Policy", "The policy is attached to a role.", 409);
      if (policy.versions.length > 1)
        throw new Refusal("DeleteConflict.Policy.Version", "The policy has versions beside the default one.", 409);
      world.ram.policies.remove(policy.name);
    },
  },
};

/** A policy document that a request carries; refuses what is not a policy. */
export function parseDocument(fields: Fields, name: string): string {
  const document = fields.string(name) ?? "";
  let parsed: { Version?: unknown; Statement?: unknown };
  try {
    parsed = JSON.parse(document) as typeof parsed;
  } catch {
    throw new Refusal("MalformedPolicyDocument", "The policy document is not JSON.");
  }
  if (parsed.Version !== "1" || !Array.isArray(parsed.Statement) || parsed.Statement.length === 0)
    throw new Refusal("MalformedPolicyDocument", 'The policy document needs Version "1" and a Statement.');
  if (document.length > 6144)
    throw new Refusal("InvalidParameter.PolicyDocument.Length", "The policy document is longer than 6144 characters.");
  return document;
}

function findPolicy(world: World, fields: Fields): Policy {
  return world.ram.policies.require(fields.string("PolicyName"), noPolicy);
}

function policySummary(policy: Policy) {
  return {
    PolicyName: policy.name,
    PolicyType: policy.type,
    Description: policy.description,
    DefaultVersion: policy.defaultVersion,
    CreateDate: policy.created,
  };
}

function policyResponse(world: World, policy: Policy) {
  return {
    ...policySummary(policy),
    UpdateDate: policy.created,
    AttachmentCount: world.ram.rolePolicies.where(
      (one) => one.policyName === policy.name && one.policyType === policy.type,
    ).length,
  };
}

function versionResponse(policy: Policy, version: Policy["versions"][number]) {
  return {
    VersionId: version.id,
    PolicyDocument: version.document,
    CreateDate: version.created,
    IsDefaultVersion: version.id === policy.defaultVersion,
  };
}
