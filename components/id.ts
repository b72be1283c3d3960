import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageSpec, InstanceSpec } from "./spec";
import { isInput } from "./stack-file/values";

/**
 * The name of a release: its version with dashes for dots, and a fingerprint of the version and of everything that
 * shapes an instance: `1-4-2-9f3ab1`. Whatever changes an instance therefore changes the name, and the engine creates a
 * new server group beside the old one. The fingerprint has the version too, because the app receives it, and because
 * the fingerprint alone must distinguish two releases of one image.
 */
export function releaseId(version: string, shape: InstanceSpec): string {
  return `${version.replaceAll(".", "-")}-${fingerprint({ version, shape: fingerprinted(shape) })}`;
}

type Named = Readonly<Record<string, unknown>>;

/**
 * How each field that shapes an instance is named in the fingerprint: a field that is not here does not compile.
 * Running releases have these names in their ids, so they stay as they are, whatever the fields are called.
 */
const names: { readonly [Field in keyof InstanceSpec]-?: (value: InstanceSpec[Field]) => Named } = {
  name: (name) => ({ name }),
  compute: (compute) => ({ compute }),
  image: (image) => ({ image: imageName(image) }),
  renewedAt: (renewedAt) => ({ renewedAt }),
  architecture: (architecture) => ({ architecture }),
  port: (port) => ({ port }),
  size: (size) => ({ size }),
  disk: ({ sizeGiB }) => ({ diskGiB: sizeGiB }),
  command: (command) => ({ command }),
  environment: (environment) => ({ environment }),
  secrets: (secrets) => ({ secrets }),
  aws: ({ rootDevice }) => ({ rootDevice }),
  files: (files) => ({ files }),
  share: (share) => ({ share }),
  health: (health) => ({ health }),
  placement: (placement) => ({ placement }),
  securityGroups: (securityGroups) => ({ securityGroups }),
  hardening: (hardening) => ({ hardening }),
  keepAliveSeconds: (keepAliveSeconds) => ({ keepAliveSeconds }),
  secretsImage: (secretsImage) => ({ secretsImage }),
  instance: ({ label, templateRevision }) => ({ instance: { label, recipe: templateRevision } }),
};

/** What shapes an instance, under the names that the fingerprint has for it. */
export function fingerprinted(shape: InstanceSpec): Named {
  const all = Object.entries(names as Readonly<Record<string, (value: unknown) => Named>>);
  return Object.assign({}, ...all.map(([field, named]) => named(shape[field as keyof InstanceSpec]))) as Named;
}

/**
 * An image in one string: its reference, or the recipe of one that the stack bakes, and its repository if it has one.
 */
export function imageName(image: ImageSpec): string {
  if (!("recipe" in image)) return image.reference;
  const { recipe, repository } = image;
  return repository === undefined ? `recipe:${recipe}` : `recipe:${recipe} in ${repository}`;
}

/** The paths in a shape of the values that are outputs of other resources. */
export function outputsAmong(shape: InstanceSpec): string[] {
  return [...valuesOf(shape)].flatMap(([path, value]) => (isInput(value) ? [path] : [])).sort();
}

/** The values of a shape that may be outputs of other resources, by their paths in it. */
export function valuesOf({
  environment,
  secrets,
  placement,
  securityGroups = [],
}: InstanceSpec): ReadonlyMap<string, pulumi.Input<string>> {
  return new Map([
    ...[environment, secrets].flatMap((values, index) =>
      Object.entries(values).map(
        ([name, value]) => [`${index === 0 ? "environment" : "secrets"}.${name}`, value] as const,
      ),
    ),
    ...placement.map((place, index) => [`placement[${index}]`, place] as const),
    ...securityGroups.map((group, index) => [`securityGroups[${index}]`, group] as const),
  ]);
}

/**
 * Six hexadecimal digits of the SHA-256 of a plain value, whatever the order of its keys; absent and undefined are one.
 * Of an output it has only the place: the value may be unknown yet, or a secret.
 */
export function fingerprint(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(value)))
    .digest("hex")
    .slice(0, 6);
}

/** A shape as a plain value, the same as the fingerprint sees it: of an output it has `{ output: true }`. */
export function plainShape(shape: InstanceSpec): Record<string, unknown> {
  return canonical(shape) as Record<string, unknown>;
}

/** The fingerprint at the end of a release id. */
export function fingerprintOf(id: string): string {
  return id.slice(-6);
}

function canonical(value: unknown): unknown {
  if (isInput(value)) return { output: true };
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, canonical(part)]),
  );
}

/** A resource's type and name in a short form: what a stack deployed is a list of these, in its outputs. */
export function keyOf(type: string, name: string): string {
  return fingerprint([type, name]);
}
