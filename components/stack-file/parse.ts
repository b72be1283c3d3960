import { type CloudName, cloudNames, onCloud } from "./per-cloud";
import { type Problem, SettingsError, pathOf } from "./problems";
import { type ServiceConfig, type ValidFields, serviceSchema } from "./schema";
import { cloudBlocks } from "./instance-fields";
import { withoutInvalid } from "./valid";
import { isMapping, omit, omitUndefined } from "./values";

/**
 * Parses a service for a cloud: applies the defaults, and puts the cloud's value in the place of every one that is given
 * per cloud. `check` finds what is wrong across fields; it gets the fields that are valid, whatever else is wrong. Throws
 * one SettingsError with every problem.
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
    .safeParse(omitUndefined(written));
  if (!parsed.success)
    throw new SettingsError(
      parsed.error.issues.map(({ path, message }) => ({ path: pathOf(path) || where, message })),
      where,
    );
  return withoutOtherBlocks(onCloud(parsed.data, cloud).value, cloud);
}

/** Blocks of other clouds count as left out: the service's have their defaults, and a further release inherits those. */
function withoutOtherBlocks<T extends ValidFields>(service: T, cloud: CloudName): T {
  const others = cloudNames.filter((name) => name !== cloud);
  const defaults = Object.fromEntries(others.map((name) => [name, cloudBlocks[name].parse({})]));
  const releases = service.releases?.map((release) => release && omit(release, others as never));
  return { ...service, ...defaults, ...(releases === undefined ? {} : { releases }) };
}
