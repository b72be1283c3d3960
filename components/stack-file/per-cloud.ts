import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { type FieldOptions, field, object } from "./fields";
import { type Problem, pathOf } from "./problems";
import { union } from "./unions";
import { isMapping } from "./values";

/** Where a service can run. The schema's per-cloud fields and blocks follow from this list. */
export const cloudNames = ["aws", "alicloud"] as const;
/** A cloud: Amazon Web Services or Alibaba Cloud. */
export type CloudName = (typeof cloudNames)[number];

/** A record with a value for each cloud. */
export function forEachCloud<T>(value: (cloud: CloudName) => T): Readonly<Record<CloudName, T>> {
  return Object.fromEntries(cloudNames.map((cloud) => [cloud, value(cloud)])) as Record<CloudName, T>;
}

/** The values of a field that is given per cloud, until `onCloud` puts the chosen cloud's value in their place. */
export class PerCloud<T> {
  constructor(
    readonly values: Readonly<Partial<Record<CloudName, T>>>,
    /** What to give where a cloud's value is missing; undefined for a field that a cloud may do without. */
    readonly needed: ((cloud: CloudName) => string) | undefined,
  ) {}
}

/** The variant of a per-cloud field that has a value for each cloud. */
export const perCloudVariant = "one per cloud";
const onceVariant = "the same on every cloud";

/** How a per-cloud value is written, after the description of one value. */
export const perCloudText = `, or one per cloud: { ${cloudNames.map((name) => `${name}: …`).join(", ")} }`;

interface PerCloudRules {
  /**
   * What to give where only other clouds have a value; without it, the field counts as left out on the chosen cloud.
   */
  readonly needed?: (cloud: CloudName) => string;
  /** Whether a value is meant per cloud; default: whether it is a mapping. */
  readonly isPerCloud?: (value: unknown) => boolean;
}

/**
 * A field that is given once, or once per cloud. `value` makes the rule of one value; its argument belongs at the end
 * of the description in the error message.
 */
export function perCloud<S extends z.ZodType, const O extends FieldOptions<z.input<S>>>(
  value: (orPerCloud: string) => S,
  { needed, isPerCloud = isMapping }: PerCloudRules,
  options: O,
) {
  const one = value("");
  const variants = {
    [onceVariant]: value(perCloudText),
    [perCloudVariant]: object(
      forEachCloud(() => one.optional()),
      {},
    ),
  };
  const schema = union(variants, (written) => (isPerCloud(written) ? perCloudVariant : onceVariant), {
    build: (variant, parsed) => (variant === perCloudVariant ? new PerCloud(parsed as object, needed) : parsed),
  }) as unknown as z.ZodType<z.output<S> | PerCloud<z.output<S>>, z.input<S> | { [C in CloudName]?: z.input<S> }>;
  return field(schema, options as O & FieldOptions<z.input<typeof schema>>);
}

type Leaf = string | number | boolean | null | undefined | Promise<unknown> | pulumi.OutputInstance<unknown>;

/** A parsed value with the chosen cloud's values in place of those per cloud. */
export type OnCloud<T> =
  T extends PerCloud<infer V>
    ? OnCloud<V>
    : T extends Leaf
      ? T
      : T extends readonly (infer Item)[]
        ? readonly OnCloud<Item>[]
        : { readonly [K in keyof T]: OnCloud<T[K]> };

/** A parsed value on the chosen cloud. */
export interface Chosen<T> {
  readonly value: OnCloud<T>;
  /** A problem for each needed field that only other clouds have. */
  readonly problems: readonly Problem[];
  /** The place in the stack file of a path in `value`: `image` is at `image.aws` where it is given per cloud. */
  readonly place: (path: string) => string;
}

/** Puts the chosen cloud's value in the place of every field that is given per cloud. */
export function onCloud<T>(parsed: T, cloud: CloudName): Chosen<T> {
  const problems: Problem[] = [];
  const chosen: string[] = [];
  const visit = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (value instanceof PerCloud) {
      chosen.push(pathOf(path));
      return visit((value.values as Record<string, unknown>)[cloud], path);
    }
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]));
    if (!isMapping(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, part]) => {
        const at = [...path, name];
        const isLeftOut = part instanceof PerCloud && isMissing(part, cloud);
        if (isLeftOut && part.needed !== undefined)
          problems.push({
            code: "missing",
            path: pathOf([...at, cloud]),
            message: `is missing: give ${part.needed(cloud)}`,
          });
        const kept = visit(part, at);
        return isLeftOut && part.needed === undefined ? [] : [[name, kept]];
      }),
    );
  };
  const value = visit(parsed, []) as OnCloud<T>;
  return {
    value,
    problems,
    place(path) {
      const given = chosen.find((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`));
      return given === undefined ? path : `${given}.${cloud}${path.slice(given.length)}`;
    },
  };
}

/** Whether only other clouds have a value. One that is invalid, or under an unknown name, has been reported. */
function isMissing({ values }: PerCloud<unknown>, cloud: CloudName): boolean {
  return (
    !(cloud in values) &&
    Object.entries(values).every(([name, value]) => value !== undefined && cloudNames.some((one) => one === name))
  );
}
