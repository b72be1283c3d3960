/** Checks the inputs of Pulumi resources against CloudFormation's schemas: patterns, lengths, ranges, values. */
import { expressionOf } from "../aws-model";
import type { Schema, Schemas } from "./schemas";
import { propertyNames, typeNames } from "./names";

/** The problems of a resource, and how many of its values a schema has described. */
export interface Verdict {
  problems: string[];
  checked: number;
}

/** Checks a resource. Undefined for a type that has no schema: see `typeNames`. */
export function checkResource(
  schemas: Schemas,
  { type, name, inputs }: { type: string; name: string; inputs: Readonly<Record<string, unknown>> },
): Verdict | undefined {
  const typeName = typeNames[type];
  if (typeName === undefined) return undefined;
  const root = schemas[typeName];
  if (!root) throw new Error(`no schema of ${typeName}`);
  return new Check(root, typeName).resource(name, inputs);
}

class Check {
  private readonly problems: string[] = [];
  private checked = 0;

  constructor(
    private readonly root: Schema,
    private readonly typeName: string,
  ) {}

  resource(name: string, inputs: Readonly<Record<string, unknown>>): Verdict {
    const properties = this.root.properties ?? {};
    const given = { ...inputs };
    const nameProperty = ownName(this.typeName, properties);
    // The provider appends a dash and seven hexadecimal digits to the logical name of what has no name.
    if (nameProperty !== undefined) given[nameProperty] = inputs.name ?? inputs.family ?? `${name}-0a1b2c3`;
    delete given.name;
    this.structure(given, { properties }, name);
    const tags = inputs.tags;
    if (typeof tags === "object" && tags !== null && properties.Tags)
      this.value(
        Object.entries(tags).map(([Key, Value]) => ({ Key, Value: Value as unknown })),
        properties.Tags,
        `${name}.Tags`,
      );
    return { problems: this.problems, checked: this.checked };
  }

  private structure(values: object, schema: Schema, path: string): void {
    const { properties = {} } = schema;
    const byName = new Map(Object.keys(properties).map((name) => [normalised(name), name]));
    for (const [input, value] of Object.entries(values) as [string, unknown][]) {
      const renamed = propertyNames[this.typeName]?.[input];
      if (typeof renamed === "object" && typeof value === "object" && value !== null) {
        // Fields that are grouped in Pulumi, and not in CloudFormation.
        for (const [field, property] of Object.entries(renamed))
          this.property((value as Record<string, unknown>)[field], property, properties, path);
        continue;
      }
      const property = typeof renamed === "string" ? renamed : byName.get(normalised(input));
      if (property !== undefined && property !== "Tags") this.property(value, property, properties, path);
    }
  }

  private property(value: unknown, name: string, properties: Record<string, Schema>, path: string): void {
    const schema = properties[name];
    if (!schema) throw new Error(`${this.typeName} has no property ${name}`);
    if (value !== undefined && value !== null) this.value(value, schema, `${path}.${name}`);
  }

  private value(value: unknown, given: Schema, path: string): void {
    const schema = this.resolved(given);
    if (Array.isArray(value)) {
      const { minItems = 0, maxItems = Infinity, items } = schema;
      if (value.length < minItems || value.length > maxItems)
        this.problems.push(`${path} has ${value.length} items: ${minItems} to ${maxItems}`);
      // A list in Pulumi may be one value in CloudFormation.
      value.forEach((item: unknown, index) => {
        this.value(item, items ?? schema, `${path}[${index}]`);
      });
    } else if (typeof value === "object" && value !== null) this.structure(value, schema, path);
    else this.scalar(value, schema, path);
  }

  private scalar(value: unknown, schema: Schema, path: string): void {
    const text = String(value);
    // The id of another resource, as the tests' monitor gives it.
    if (text.endsWith("-id")) return;
    this.checked += 1;
    const { minLength = 0, maxLength = Infinity, minimum = -Infinity, maximum = Infinity } = schema;
    // Pulumi has texts for some numbers and booleans.
    if (schema.enum && !schema.enum.map(String).includes(text))
      this.problems.push(`${path} is none of ${schema.enum.join(", ")}: ${text}`);
    if (typeof value === "string" && (text.length < minLength || text.length > maxLength))
      this.problems.push(`${path} has ${text.length} characters: ${minLength} to ${maxLength}`);
    // Schemas search for their pattern, where the services' models match the whole text.
    if (typeof value === "string" && schema.pattern !== undefined && !searches(schema.pattern).test(text))
      this.problems.push(`${path} does not match ${schema.pattern}: ${text}`);
    const isNumber = /^-?\d+(\.\d+)?$/.test(text);
    if (isNumber && (Number(text) < minimum || Number(text) > maximum))
      this.problems.push(`${path} is not from ${minimum} to ${maximum}: ${text}`);
  }

  private resolved(schema: Schema): Schema {
    const name = schema.$ref?.split("/").at(-1);
    if (name === undefined) return schema;
    const found = schema.$ref?.includes("/definitions/") ? this.root.definitions?.[name] : this.root.properties?.[name];
    return found ? this.resolved(found) : {};
  }
}

function searches(pattern: string): RegExp {
  return expressionOf(pattern.includes("^") ? pattern : `.*${pattern}.*`);
}

/** Without case, and without the plural that Pulumi gives lists. */
function normalised(name: string): string {
  return name.toLowerCase().replace(/s$/, "");
}

/** The property with a resource's own name, which is called after its type: `RoleName` of `AWS::IAM::Role`. */
function ownName(typeName: string, properties: Record<string, Schema>): string | undefined {
  const last = typeName.split("::").at(-1) ?? "";
  const candidates = ["Name", `${last}Name`, `${last.replace(/^.*(?=[A-Z])/, "")}Name`, "Family"];
  return candidates.find((candidate) => properties[candidate] !== undefined);
}
