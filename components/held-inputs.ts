import type * as pulumi from "@pulumi/pulumi";
import { valuesOf } from "./id";
import type * as code from "./held-inputs.remote";
import { type RemoteKind, remoteClass } from "./remote";
import type { Release } from "./spec";

const kind: RemoteKind<typeof code> = {
  type: "HeldInputs",
  module: "held-inputs",
  outputs: {},
  replaceOnChanges: [],
  updateOnChanges: [],
  fixed: { input: "values", refusal: "has changed: give the release another version" },
  reads: false,
  deletes: false,
};

/**
 * The values of a release that are outputs of other resources. A release's id knows such a value by its name only,
 * because the value itself may be unknown until the update. Everything else of the release reads the value from this
 * resource, which refuses another one under the same id: running instances are never edited.
 */
class HeldInputs extends remoteClass<typeof code>(kind) {
  declare readonly values: pulumi.Output<Readonly<Record<string, string>>>;
}

/** The values of a release that are outputs of other resources, by their paths in its shape. */
export function heldValues({ heldInputs, shape }: Release): Record<string, pulumi.Input<string>> {
  return Object.fromEntries([...valuesOf(shape)].filter(([path]) => heldInputs.includes(path)));
}

/**
 * Returns the release with each output in its shape replaced by the value that the release holds. A release without
 * outputs in it is returned unchanged, and nothing is registered.
 */
export function holdInputs(name: string, release: Release, parent: pulumi.ComponentResource): Release {
  const { heldInputs, shape } = release;
  if (heldInputs.length === 0) return release;
  const values = heldValues(release);
  const held = new HeldInputs(`${name}-${release.id}-inputs`, { release: release.id, values }, { parent });
  const heldAt = (path: string, value: pulumi.Input<string>) =>
    heldInputs.includes(path) ? held.values.apply((known) => recorded(known, path)) : value;
  const allHeld = (field: string, given: Readonly<Record<string, pulumi.Input<string>>>) =>
    Object.fromEntries(Object.entries(given).map(([key, value]) => [key, heldAt(`${field}.${key}`, value)]));
  return {
    ...release,
    shape: {
      ...shape,
      environment: allHeld("environment", shape.environment),
      secrets: allHeld("secrets", shape.secrets),
      placement: shape.placement.map((place, index) => heldAt(`placement[${index}]`, place)),
      securityGroups: shape.securityGroups?.map((group, index) => heldAt(`securityGroups[${index}]`, group)),
    },
  };
}

function recorded(values: Readonly<Record<string, string>>, path: string): string {
  const value = values[path];
  if (value === undefined) throw new Error(`the release holds no value of ${path}`);
  return value;
}
