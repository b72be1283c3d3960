import { z } from "zod";
import { type Remedy, inService, vagueNames, within } from "./field-names";
import { cloudNames } from "./per-cloud";
import { nearestName } from "./problems";
import { knownOf, variantsOf } from "./unions";

/** Where the schema has a field, and what a stack file calls it that has it elsewhere or by another name. */
export class FieldNames {
  /** The paths of all fields, such as `health.path` and `scaling[].metric`. */
  readonly paths: ReadonlySet<string>;

  constructor(fields: Readonly<Record<string, z.ZodType>>) {
    this.paths = new Set(pathsIn(fields, ""));
  }

  /** The message for a field that does not exist, with the one that was probably meant. `known` are those in its place. */
  unknown(path: readonly PropertyKey[], known: readonly string[]): string {
    const scope = scopeOf(path.slice(0, -1));
    const name = String(path.at(-1));
    const same = known.find((one) => plain(one) === plain(name));
    if (same !== undefined) return `unknown field; did you mean "${same}"?`;
    const has = ({ names }: Remedy) => names.includes(plain(name));
    const own = (
      scope === "" || scope === "releases[]" ? [...inService, ...(within[scope] ?? [])] : within[scope]
    )?.find(has);
    if (own !== undefined) return `unknown field${asAdvice(own)}`;
    const nearest = nearestName(name, known);
    if (nearest !== undefined) return `unknown field; did you mean "${nearest}"?`;
    // Below secrets or tags a name is somebody's own.
    if (scope !== "" && !this.paths.has(scope)) return "unknown field";
    const elsewhere = this.elsewhere(name) ?? (isVague(name) ? undefined : inService.find(has));
    return `unknown field${elsewhere === undefined ? "" : asAdvice(elsewhere)}`;
  }

  /** The field of this name in the service itself, or in the only other mapping that has one. */
  private elsewhere(name: string): Remedy | undefined {
    const places = [...this.paths].filter(
      (path) => plain(path.split(".").at(-1) ?? "") === plain(name) && !path.startsWith("releases[]"),
    );
    const use = places.find((path) => !path.includes(".")) ?? (places.length === 1 ? places[0] : undefined);
    return use === undefined || isVague(name) ? undefined : { names: [], use };
  }
}

/** The end of a message: what to give, or what to do instead. */
function asAdvice({ use, advice }: Remedy): string {
  if (use === undefined) return `: ${advice ?? ""}`;
  const fields = (typeof use === "string" ? [use] : use).map((path) => path.replaceAll("[]", ""));
  return `: give ${fields.join(" or ")}${advice === undefined ? "" : `, ${advice}`}`;
}

/** Whether a name means something else in every mapping. */
function isVague(name: string): boolean {
  return vagueNames.includes(plain(name));
}

/** The mapping that a path is of, as the table names it: without indices, and without clouds below another name. */
function scopeOf(path: readonly PropertyKey[]): string {
  const whole = path.reduce<string>((scope, part) => {
    if (typeof part === "number") return `${scope}[]`;
    if (scope === "") return String(part);
    return cloudNames.some((cloud) => cloud === part) ? scope : `${scope}.${String(part)}`;
  }, "");
  // A further release has the service's fields; only its image cannot be baked.
  return whole.startsWith("releases[].image") ? whole : whole.replace(/^releases\[\]\./, "");
}

/** A name as people vary it: cases, dashes and underscores. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, "");
}

function pathsIn(fields: Readonly<Record<string, z.ZodType>>, path: string): string[] {
  return Object.entries(fields).flatMap(([name, schema]) => {
    const at = path === "" ? name : `${path}.${name}`;
    return [at, ...inside(schema, at)];
  });
}

function inside(schema: z.ZodType, path: string): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)
    return inside(schema.unwrap() as z.ZodType, path);
  if (knownOf(schema) !== undefined) return [];
  const variants = variantsOf(schema);
  if (variants !== undefined)
    return variants.flatMap((variant) => inside(variant.schema, path)).filter((at) => !/\.(aws|alicloud)$/.test(at));
  if (schema instanceof z.ZodArray) return inside(schema.element as z.ZodType, `${path}[]`);
  return schema instanceof z.ZodObject ? pathsIn(schema.shape, path) : [];
}
