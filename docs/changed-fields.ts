import { z } from "zod";
import { perCloudVariant } from "../components/stack-file/per-cloud";
import { variantsOf } from "../components/stack-file/unions";
import type { Change } from "../components/stack-file/change-kinds";
import { type Field, configKeys, core, inherited, mappings } from "./generate";

/** The changes that the schema allows in one place of the stack file. */
export interface ChangedField {
  /** As in docs/stack-file.md; `scaling[]` is an entry of the list. */
  readonly path: string;
  readonly changes: readonly Change[];
}

/** Every place of the stack file that can change, in the order of the reference, the configuration keys first. */
export function changedFields(): ChangedField[] {
  return [
    ...Object.keys(configKeys).map((path): ChangedField => {
      const required = path === "immutable-service:cloud" || path.endsWith(":region");
      return { path, changes: required ? ["changed"] : ["on", "off", "changed"] };
    }),
    ...mappings().flatMap(({ fields }) => fields.flatMap(changesOf)),
  ];
}

function changesOf({ path, schema: wrapped }: Field): ChangedField[] {
  const schema = onOneCloud(core(wrapped));
  const optional = wrapped instanceof z.ZodOptional;
  // A further release's field is given as a whole.
  if (schema instanceof z.ZodObject && inherited(path) === "") {
    // The fields of a mapping change. One that is required belongs to one shape of several, such as `image.build`.
    return optional || !(wrapped instanceof z.ZodPrefault) ? [{ path, changes: ["on", "off"] }] : [];
  }
  if (schema instanceof z.ZodArray && isMapping(schema.element as z.ZodType))
    return [{ path: `${path}[]`, changes: ["added", "removed"] }];
  return [{ path, changes: optional ? ["on", "off", "changed"] : ["changed"] }];
}

/** The rule of one cloud's value where a field is given per cloud. */
function onOneCloud(schema: z.ZodType): z.ZodType {
  const variants = variantsOf(schema) ?? [];
  const one = variants.find(({ name }) => name !== perCloudVariant);
  return one !== undefined && variants.some(({ name }) => name === perCloudVariant) ? core(one.schema) : schema;
}

/** Whether a value is a mapping, in whatever shape. */
function isMapping(wrapped: z.ZodType): boolean {
  const schema = core(wrapped);
  return schema instanceof z.ZodObject || (variantsOf(schema)?.every((variant) => isMapping(variant.schema)) ?? false);
}
