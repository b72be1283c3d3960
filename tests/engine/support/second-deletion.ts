/**
 * Destroys a stack whose state has every resource twice, so that the provider deletes each of them a second time: as an update does
 * whose engine was killed after the cloud had deleted a resource and before that was recorded.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { failures } from "./engine-events";
import type { StackRun, StateResource } from "./stack";

/** What the destruction has shown. */
export interface SecondDeletions {
  /** The types of which the provider has deleted resources twice. */
  readonly types: ReadonlySet<string>;
  /** What the second deletion of a resource failed with. */
  readonly problems: readonly string[];
}

/** Destroys the stack. The resources of the types in `once` are deleted once. */
export async function destroyTwice(run: StackRun, once: readonly string[] = []): Promise<SecondDeletions> {
  const state = await run.exportState();
  const { resources = [] } = state.deployment;
  const twice = resources.filter((one) => isDeleted(one) && !once.includes(one.type));
  // Each resource depends on its copy, so the copy is deleted after it, and before what both depend on.
  state.deployment.resources = resources.flatMap((one) => {
    if (!twice.includes(one)) return [one];
    const copy = { ...one, urn: `${one.urn}-again` };
    return [copy, { ...one, dependencies: [...(one.dependencies ?? []), copy.urn] }];
  });
  const file = join(run.folder, "twice.json");
  writeFileSync(file, JSON.stringify(state));
  const { exitCode, stdout, stderr } = await run.command(["stack", "import", "--file", file]);
  if (exitCode !== 0) throw new Error(`pulumi stack import failed:\n${stdout}\n${stderr}`);
  const destroyed = await run.destroy({ flags: ["--continue-on-error"], mayFail: true });
  const problems = failures(destroyed).map(({ name, type, urn }) => {
    const [message = ""] = destroyed.diagnostics.flatMap((one) =>
      one.urn === urn && one.severity === "error" ? [one.message] : [],
    );
    return `${type} ${name}: ${message}`;
  });
  return {
    types: new Set(twice.filter(({ retainOnDelete = false }) => !retainOnDelete).map(({ type }) => type)),
    problems: problems.length === 0 && destroyed.exitCode !== 0 ? [destroyed.stdout] : problems,
  };
}

/** Whether a resource is anything in the cloud. */
function isDeleted({ type, id }: StateResource): boolean {
  return id !== undefined && !type.startsWith("pulumi:");
}
