import type { z } from "zod";
import { type CloudName, cloudNames, onCloud } from "./per-cloud";
import { type Problem, SettingsError, pathOf } from "./problems";
import { type ServiceConfig, type ValidFields, serviceSchema } from "./schema";
import { cloudBlocks } from "./instance-fields";
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
        const found = check(withoutOtherBlocks(value as ValidFields, cloud)).map(({ path, message }) => ({
          path: place(path),
          message,
        }));
        for (const { path, message } of [...problems, ...found])
          context.addIssue({ code: "custom", path: [path], message });
      },
      { when: ({ value }) => isMapping(value) },
    )
    // A program parses a service once, so compiling the schema would take longer than the parse.
    .safeParse(prepared(written), { jitless: true });
  if (!parsed.success) throw new SettingsError(problemsOf(parsed.error, where), where);
  return withoutOtherBlocks(onCloud(parsed.data, cloud).value, cloud);
}

/** The problems of a service, each once: zod checks the length of whatever has one, though it is no list. */
function problemsOf({ issues }: z.ZodError, where: string): Problem[] {
  const problems = issues.map(({ path, message }) => ({ path: pathOf(path) || where, message }));
  return problems.filter(
    ({ path, message }, index) =>
      problems.findIndex((other) => other.path === path && other.message === message) === index,
  );
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
