import { createHash } from "node:crypto";
import type { InstanceSpec } from "./spec";

/**
 * The name of a release: its version with dashes for dots, and a fingerprint of everything that shapes an instance (the
 * version too, which the app is told; and a fingerprint alone must tell two releases of one image apart):
 * `1-4-2-9f3ab1`. Whatever changes an instance therefore changes the name, and the engine puts a new server group
 * beside the old one.
 */
export function releaseId(version: string, shape: InstanceSpec): string {
  const { label, templateRevision: recipe } = shape.instance;
  // The key `recipe` is older than the name of the field; another key would give every release another id.
  const hashed = { version, shape: { ...shape, instance: { label, recipe } } };
  return `${version.replaceAll(".", "-")}-${fingerprint(hashed)}`;
}

/** Six hexadecimal digits of the SHA-256 of a plain value, whatever the order of its keys; absent and undefined are one. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 6);
}

/** The fingerprint at the end of a release id. */
export function fingerprintOf(id: string): string {
  return id.slice(-6);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part)
            .filter(([, v]) => v !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : part,
  );
}
