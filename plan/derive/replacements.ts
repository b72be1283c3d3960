import type { PlannedResource } from "../contract";
import table from "./replacements.json";

/*
 * Which properties replace a resource when they change. `npm run docs:replacements` writes the table from the
 * providers' own schemas, and tests/engine/replacements.test.ts compares it with them.
 */

const fromSchemas: Readonly<Record<string, readonly string[]>> = table;

/**
 * What the schemas lack: resources whose provider decides in code. Their documentation marks these properties with
 * "forces new resource".
 */
const byHand: Readonly<Record<string, readonly string[]>> = {
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["bucket", "expectedBucketOwner"],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ["securityGroupId"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["securityGroupId"],
};

/** The same for every resource of a cloud: the region is the provider's where the resource does not have it. */
const everywhere: Readonly<Record<string, readonly string[]>> = { aws: ["region"] };

/** The properties whose changes replace a resource, as its provider or the program itself says. */
export function replacingProperties({ type, replaceOnChanges }: PlannedResource): readonly string[] {
  return [
    ...replaceOnChanges,
    ...(fromSchemas[type] ?? []),
    ...(byHand[type] ?? []),
    ...(everywhere[type.split(":")[0] ?? ""] ?? []),
  ];
}
