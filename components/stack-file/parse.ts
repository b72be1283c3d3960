import type { z } from "zod";
import { type CloudName, cloudNames, onCloud } from "./per-cloud";
import type { IssueParams } from "./fields";
import { cloudBlocks } from "./instance-fields";
import type { ProblemCode } from "./problem-codes";
import { type Problem, SettingsError, pathOf } from "./problems";
import { type ServiceConfig, type ValidFields, serviceFields, serviceSchema } from "./schema";
import { FieldNames } from "./unknown-fields";
import { withoutInvalid } from "./valid";
import { isMapping, omit, prepared } from "./values";

/**
 * Parses a service for a cloud: applies the defaults, and puts the cloud's value in the place of every one that is
 * given per cloud. `check` finds what is wrong across fields; it gets the fields that are valid, whatever else is
 * wrong. Throws one SettingsError with every problem.
 */
export function parseService(
  written: unknown,
  cloud: CloudName,
  check: (service: ValidFields) => readonly Problem[],
  where: string,
): ServiceConfig {
  const parsed = serviceSchema
    .superRefine(
      (values, context) => {
        const valid = withoutInvalid(values, context.issues);
        const { value, problems, place } = onCloud(valid, cloud);
        const found = check(withoutOtherBlocks(value as ValidFields, cloud)).map((problem) => ({
          ...problem,
          path: place(problem.path),
        }));
        for (const { code, path, message } of [...problems, ...found])
          context.addIssue({ code: "custom", path: [path], message, params: { code } satisfies IssueParams });
      },
      { when: ({ value }) => isMapping(value) },
    )
    // A program parses a service once, so compiling the schema would take longer than the parse.
    .safeParse(prepared(written), { jitless: true, reportInput: true });
  if (!parsed.success) throw new SettingsError(problemsOf(parsed.error, where), where);
  return withoutOtherBlocks(onCloud(parsed.data, cloud).value, cloud);
}

/**
 * The problems of a service in the order of its fields, each once: zod checks the length of whatever has one, though it
 * is no list.
 */
function problemsOf({ issues }: z.ZodError, where: string): Problem[] {
  const names = new FieldNames(serviceFields);
  const problems = issues.map((issue): Problem => {
    const code = codeOf(issue);
    const path = pathOf(issue.path) || where;
    const { known } = paramsOf(issue) ?? {};
    if (known === undefined) return { code, path, message: issue.message };
    if (code !== "unknown-field") return { code, path, message: issue.message, known };
    return { code, path, message: names.unknown(issue.path, known), known };
  });
  return problems
    .filter(
      ({ path, message }, index) =>
        problems.findIndex((other) => other.path === path && other.message === message) === index,
    )
    .sort((a, b) => rankOf(a.path) - rankOf(b.path));
}

/** Orders problems by their field, and those of a list by their item. */
function rankOf(path: string): number {
  const [, name = "", index = "0"] = /^([^.[]*)(?:\[(\d+)\])?/.exec(path) ?? [];
  const place = Object.keys(serviceFields).indexOf(name);
  return (place === -1 ? Infinity : place) * 1000 + Number(index);
}

function paramsOf(issue: z.core.$ZodIssue): IssueParams | undefined {
  return issue.code === "custom" ? (issue.params as IssueParams | undefined) : undefined;
}

/** The kind of problem that zod's issue is. */
function codeOf(issue: z.core.$ZodIssue): ProblemCode {
  const { input } = issue;
  const own = paramsOf(issue)?.code;
  if (own !== undefined) return own;
  if (input === undefined) return "missing";
  if (input === null) return "empty";
  switch (issue.code) {
    case "too_small":
    case "too_big":
      return Array.isArray(input) ? "wrong-length" : "out-of-range";
    case "invalid_format":
      return "invalid-format";
    case "invalid_value":
      return "unknown-value";
    case "invalid_type":
      return issue.expected === "string" && typeof input !== "object" ? "not-quoted" : "wrong-type";
    default:
      return "wrong-type";
  }
}

/**
 * Blocks of other clouds count as left out: the service's have their defaults, and a further release inherits those.
 */
function withoutOtherBlocks<T extends ValidFields>(service: T, cloud: CloudName): T {
  const others = cloudNames.filter((name) => name !== cloud);
  const defaults = Object.fromEntries(others.map((name) => [name, cloudBlocks[name].parse({})]));
  const releases = service.releases?.map((release) => release && omit(release, others));
  return { ...service, ...defaults, ...(releases === undefined ? {} : { releases }) };
}
