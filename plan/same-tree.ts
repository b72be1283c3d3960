import { normalize, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plan } from "./contract";
import type { PlanRequest } from "./plan";

/*
 * Plans a stack a second time in one process. Where only stack files have changed since a commit, that commit's program
 * is this one, and the SDK and the program are loaded already: that is most of what a plan costs.
 */

/**
 * Whether files, by their paths from the repository's top folder, are the stack file or others of the project's stacks.
 */
export function onlyStackFiles(paths: readonly string[], prefix: string, stackFile: string): boolean {
  return paths.every((path) => {
    const own = path.startsWith(prefix) ? path.slice(prefix.length) : "";
    return own === normalize(stackFile) || /^Pulumi\.[^/]+\.ya?ml$/.test(own);
  });
}

/**
 * Plans the stack once more. Undefined where that fails, or where the program is no function, which runs only once in a
 * process: the plan in a process of its own then says what is wrong.
 */
export async function planAgain(request: PlanRequest): Promise<Plan | undefined> {
  const { error, warn } = console;
  const ignore = () => undefined;
  // What the program prints has been printed by the first plan.
  console.error = console.warn = ignore;
  try {
    const [{ plan }, { readStackFile }] = await Promise.all([import("./plan"), import("./offline/stack-file")]);
    const { main } = readStackFile(request.root, request.stack, request.configFile);
    const program = (await import(pathToFileURL(resolve(request.root, main)).href)) as { default?: unknown };
    return typeof program.default === "function" ? await plan(request) : undefined;
  } catch {
    // The SDK rejects more than one promise with what the program throws, some of them later.
    process.on("unhandledRejection", ignore);
    return undefined;
  } finally {
    Object.assign(console, { error, warn });
  }
}
