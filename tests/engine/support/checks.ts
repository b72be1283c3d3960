/** Assertions on a run of the engine. */
import assert from "node:assert/strict";
import { changes, failures, orderOf, type EngineEvents, type Step } from "./engine-events";

/** Asserts that the engine, the providers and the program reported no warning and no error. */
export function noComplaints(run: EngineEvents): void {
  assert.deepEqual(
    run.diagnostics.filter(({ severity }) => severity === "warning" || severity === "error"),
    [],
  );
}

/** The steps of resources in a cloud, as `create Type name`: without components and providers. */
export function changed(steps: readonly Step[]): string[] {
  const inCloud = steps.filter(({ type }) => !/^pulumi:(providers|pulumi):|^immutable:/.test(type));
  return [
    ...new Set(inCloud.map(({ operation, type, name }) => `${operation} ${type.split(":").at(-1) ?? type} ${name}`)),
  ].sort();
}

/** The same for the steps of a run that succeeded. */
export const done = (run: EngineEvents): string[] => changed(changes(run));

/** The only step that failed, with all error messages of the run. */
export function failure(run: EngineEvents): { name: string; message: string } {
  const names = [...new Set(failures(run).map(({ name }) => name))];
  assert.equal(names.length, 1, `failed: ${names.join(", ")}`);
  return {
    name: names[0] ?? "",
    message: run.diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ message }) => message)
      .join("\n"),
  };
}

/** Asserts that each operation ended before the next began. */
export function inOrder(
  run: EngineEvents,
  steps: readonly (readonly [operation: string, type: string, name: RegExp])[],
): void {
  let previous = { done: -1, label: "the beginning" };
  for (const [operation, type, name] of steps) {
    const label = `${operation} ${type} ${name}`;
    const { start, done: end } = orderOf(
      { ...run, steps: run.steps.filter((step) => step.type.endsWith(`:${type}`)) },
      operation,
      name,
    );
    assert.ok(previous.done < start, `${label} began before the end of ${previous.label}`);
    previous = { done: end, label };
  }
}
