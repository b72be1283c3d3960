import type * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../id";
import type { ServiceSpec } from "../spec";
import { type Problem, problemIf, show } from "../stack-file/problems";
import type { ValidFields } from "../stack-file/schema";
import { isInput } from "../stack-file/values";
import { contentNames } from "./content-names";

/** A statement of what the app may do, as the stack file has it. */
export type Permission = ServiceSpec["permissions"][number];

/** A statement as both clouds' policies have it. */
export interface PolicyStatement<
  Resources = readonly pulumi.Input<string>[],
  Conditions = NonNullable<Permission["conditions"]>,
> {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: Resources;
  readonly Condition?: Conditions;
}

/** A statement that is granted in a policy of its own. */
export interface NamedPermission {
  /** The end of the policy's name. */
  readonly right: string;
  readonly statement: PolicyStatement;
}

/** What a cloud's policies know. */
export interface PermissionRules {
  /** The cloud's name in messages. */
  readonly cloud: string;
  /** The form of a resource's ARN. */
  readonly resource: { readonly pattern: RegExp; readonly what: string };
  /** The services that manage who may do what, with the actions of theirs that only read. */
  readonly accessControl: { readonly services: readonly string[]; readonly reads: RegExp; readonly what: string };
  /** The operators of conditions. */
  readonly operators: RegExp;
}

/**
 * Names the policies of a service's permissions by their content, so that a changed statement is a new policy beside the
 * old one: the release that is being replaced keeps what it has. An output of another resource is unknown when names are
 * given; a statement with one is named by its position among those: append such statements, and remove them from the end.
 */
export function namedPermissions({ permissions }: Pick<ServiceSpec, "permissions">): NamedPermission[] {
  const names = contentNames(permissions, ({ resources }) => resources.some(isInput));
  return permissions.map(({ actions, resources, conditions }, index) => ({
    right: `permission-${names[index] ?? ""}`,
    statement: allow(actions, resources, conditions),
  }));
}

/** A statement that allows some actions on some resources. */
export function allow<Resources, Conditions = never>(
  actions: readonly string[],
  resources: Resources,
  conditions?: Conditions,
): PolicyStatement<Resources, Conditions> {
  return {
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions }),
  };
}

/** Checks a service's permissions: their form, and that none of them would let the app do everything. */
export function checkPermissions(permissions: ValidFields["permissions"] = [], rules: PermissionRules): Problem[] {
  return permissions.flatMap((permission, index, all) => {
    const path = `permissions[${index}]`;
    if (permission === undefined) return [];
    const { actions = [], resources = [], conditions = {} } = permission;
    const isRepeated =
      !resources.some(isInput) && all.findIndex((other) => fingerprint(other) === fingerprint(permission)) < index;
    return [
      ...problemIf(isRepeated, "listed-twice", path, "is the same as a statement above: remove one of them"),
      ...actions.flatMap((action, place) => checkAction(action, `${path}.actions[${place}]`, resources, rules)),
      ...resources.flatMap((resource, place) => checkResource(resource, `${path}.resources[${place}]`, rules)),
      ...checkConditions(conditions, `${path}.conditions`, rules),
    ];
  });
}

function checkAction(
  action: string | undefined,
  path: string,
  resources: readonly unknown[],
  { accessControl }: PermissionRules,
): Problem[] {
  if (action === undefined) return [];
  const [, service = "", name = ""] = /^([a-z0-9-]+):([A-Za-z0-9*?/]+)$/.exec(action) ?? [];
  if (name === "")
    return [
      {
        code: "invalid-permission",
        path,
        message: `must be a service and an action of it such as sqs:SendMessage, got ${show(action)}`,
      },
    ];
  return [
    ...problemIf(
      accessControl.services.includes(service) && !accessControl.reads.test(name),
      "permission-too-broad",
      path,
      `must not write to ${accessControl.what}, by which the app could give itself every right, got ${show(action)}`,
    ),
    ...problemIf(
      /^[*?]+$/.test(name) && resources.some(isEverything),
      "permission-too-broad",
      path,
      `must not be all actions of ${service} on all resources: name the actions or the resources`,
    ),
  ];
}

/** Whether a resource's text matches whatever the service has. */
function isEverything(resource: unknown): boolean {
  return typeof resource === "string" && (/^[*?]+$/.test(resource) || /^([^:]*:){4,5}[*?/]*$/.test(resource));
}

function checkResource(
  resource: pulumi.Input<string> | undefined,
  path: string,
  { resource: { pattern, what } }: PermissionRules,
): Problem[] {
  return problemIf(
    typeof resource === "string" && resource !== "*" && !pattern.test(resource),
    "invalid-reference",
    path,
    `must be ${what}, or *, got ${show(resource)}`,
  );
}

function checkConditions(
  conditions: NonNullable<NonNullable<NonNullable<ValidFields["permissions"]>[number]>["conditions"]>,
  path: string,
  { cloud, operators }: PermissionRules,
): Problem[] {
  return Object.entries(conditions).flatMap(([operator, keys]) => [
    ...problemIf(
      !operators.test(operator),
      "invalid-permission",
      `${path}.${operator}`,
      `is not an operator of ${cloud}'s policies; for example StringEquals`,
    ),
    ...Object.keys(keys ?? {}).flatMap((key) =>
      problemIf(
        !/^[A-Za-z0-9-]+:\S+$/.test(key),
        "invalid-permission",
        `${path}.${operator}.${key}`,
        "must be a service and a condition key of it such as s3:prefix",
      ),
    ),
  ]);
}
