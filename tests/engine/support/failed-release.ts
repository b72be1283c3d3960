/** What every cloud shows of a release that fails: at its gate, or because its instances are not healthy in time. */
import assert from "node:assert/strict";
import type { InstanceSpec } from "../../../components/spec";
import { done, failure } from "./checks";
import type { EngineRun } from "./stack";

/** How much faster the waits of the program pass in a test of their length. */
export const fasterWaits = 30;

/** Asserts that 2.0.0 failed at its gate with the app's answer, and that the update deleted nothing. */
export function failedAtGate(run: EngineRun): void {
  const { name, message } = failure(run);
  assert.match(name, /-2-0-0-.*-gate$/);
  assert.match(message, /release 2-0-0-[0-9a-f]{6} did not pass its gate.*status 500 "the application is broken"/);
  assert.deepEqual(
    done(run).filter((step) => step.startsWith("delete")),
    [],
  );
}

/**
 * Asserts that no instance of 3.0.0 was healthy within the time that the cloud's `groupSeconds` promises
 * for the health check of these tests. Returns the message.
 */
export function failedUnhealthy(
  run: EngineRun,
  groupSeconds: (spec: Pick<InstanceSpec, "compute" | "health">) => number,
  compute: InstanceSpec["compute"],
): string {
  const promised = groupSeconds({
    compute,
    health: { path: "/", interval: 5, timeout: 2, healthyAfter: 10, unhealthyAfter: 10, startWithin: 10 },
  });
  const { name, message } = failure(run);
  assert.match(name, /-3-0-0-.*-healthy$/);
  assert.match(message, new RegExp(`has 0 healthy instances of \\d+ after ${promised} s`));
  const times = run.steps.filter((step) => step.name === name).map(({ time }) => time);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
  // The provider has to start first.
  assert.ok(seconds <= promised / fasterWaits + 8, `waited ${seconds} s of ${promised / fasterWaits}`);
  return message;
}
