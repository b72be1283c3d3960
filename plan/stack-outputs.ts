import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { messageOf } from "../components/error-message";
import { type RecordedOutputs, readRecorded } from "../components/recorded-outputs";
import { isMapping } from "../components/stack-file/values";
import { PlanFailure } from "./failure";

/** What the services of a stack have recorded: one, or those of a program that has several, each under a name. */
export type StackOutputs = readonly RecordedOutputs[];

/** What the file must be. */
const wanted =
  '--ledger takes all outputs of a stack that has been updated, as "pulumi stack output --json" prints them; ' +
  "before a stack's first update, leave it out";

/** How `pulumi` prints a secret without --show-secrets. */
const hidden = "[secret]";

/**
 * Reads a stack's outputs from a file, by its path from `root`; `-` is standard input. Throws a PlanFailure for one that cannot be
 * read, that is no stack's outputs, or that the program would refuse.
 */
export async function readOutputs(root: string, path: string): Promise<StackOutputs> {
  const file = path === "-" ? "standard input" : path;
  return outputsIn(path === "-" ? await text(process.stdin) : await contentOf(resolve(root, path), file), file);
}

async function contentOf(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new PlanFailure(`cannot read ${file}: ${messageOf(error)}; ${wanted}`);
  }
}

/** Reads a stack's outputs from the text of a file. Throws as `readOutputs`. */
export function outputsIn(content: string, file: string): StackOutputs {
  const outputs = parsed(content, file);
  const services = isMapping(outputs) ? servicesIn(outputs) : [];
  if (services.length === 0) throw new PlanFailure(`${file} has no output "releases": ${wanted}`);
  try {
    return services.map((service) => readRecorded(withoutHidden(service)));
  } catch (error) {
    throw new PlanFailure(`${file}: ${messageOf(error)}`);
  }
}

/** JSON.parse's own error quotes the text, which may have secrets. */
function parsed(content: string, file: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    throw new PlanFailure(`${file} is not JSON: ${wanted}`);
  }
}

/** The stack's outputs, or those of them that are the outputs of a service. */
function servicesIn(outputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] {
  if ("releases" in outputs) return [outputs];
  return Object.values(outputs)
    .filter(isMapping)
    .filter(({ releases }) => isMapping(releases));
}

/** The values of outputs of other resources are hidden, and no plan needs them. */
function withoutHidden(service: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { releases } = service;
  if (!isMapping(releases) || releases.values !== hidden) return service;
  return { ...service, releases: { ...releases, values: undefined } };
}

/**
 * What a service has recorded, by its name. Of a stack with one service, it is that one's, whatever its name was. Undefined: it is not
 * known.
 */
export function recordedOf(outputs: StackOutputs, name: string, isOnly: boolean): RecordedOutputs | undefined {
  const named = outputs.find(({ deployed }) => deployed?.name === name);
  return named ?? (isOnly && outputs.length === 1 ? outputs[0] : undefined);
}
