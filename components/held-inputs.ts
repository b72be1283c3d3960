import type * as pulumi from "@pulumi/pulumi";
import type * as code from "./held-inputs.remote";
import { type RemoteKind, RemoteResource } from "./remote";
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
 * The values of a release that are outputs of other resources. A release's id knows such a value by its name only, because
 * the value itself may be unknown until the update. Everything else of the release reads the value from this resource, which
 * refuses another one under the same id: running instances are never edited.
 */
class HeldInputs extends RemoteResource<typeof code> {
  declare readonly values: pulumi.Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: HeldInputsArgs, opts: pulumi.CustomResourceOptions) {
    super(kind, name, args, opts);
  }
}

interface HeldInputsArgs {
  readonly release: string;
  readonly values: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Returns the release with each output among its environment and secrets replaced by the value that the release holds. A
 * release without outputs among them is returned unchanged, and nothing is registered.
 */
export function holdInputs(name: string, release: Release, parent: pulumi.ComponentResource): Release {
  if (release.heldInputs.length === 0) return release;
  const { environment, secrets } = release.shape;
  const values = { ...atPaths("environment", environment), ...atPaths("secrets", secrets) };
  const held = new HeldInputs(
    `${name}-${release.id}-inputs`,
    {
      release: release.id,
      values: Object.fromEntries(Object.entries(values).filter(([path]) => release.heldInputs.includes(path))),
    },
    { parent },
  );
  const withHeld = (field: string, given: Readonly<Record<string, pulumi.Input<string>>>) =>
    Object.fromEntries(
      Object.entries(given).map(([key, value]) => {
        const path = `${field}.${key}`;
        return [key, release.heldInputs.includes(path) ? held.values.apply((known) => recorded(known, path)) : value];
      }),
    );
  return {
    ...release,
    shape: {
      ...release.shape,
      environment: withHeld("environment", environment),
      secrets: withHeld("secrets", secrets),
    },
  };
}

function atPaths<Value>(field: string, values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${field}.${key}`, value]));
}

function recorded(values: Readonly<Record<string, string>>, path: string): string {
  const value = values[path];
  if (value === undefined) throw new Error(`the release holds no value of ${path}`);
  return value;
}
