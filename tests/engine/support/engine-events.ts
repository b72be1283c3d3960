/** Reads the engine's event log as typed steps: which operation on which resource, in which order. */
import { existsSync, readFileSync } from "node:fs";

/** The engine's operation on a resource; `replace` only announces the two steps that do the replacement. */
export type Operation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "refresh"
  | "import"
  | (string & {});

/** One event of one resource. `order` is the event's position in the run, comparable between steps. */
export interface Step {
  order: number;
  phase: "start" | "done" | "failed";
  operation: Operation;
  urn: string;
  type: string;
  name: string;
  /** The properties that differ, for an update or a replacement. */
  diff: string[];
  /** Milliseconds since 1970, rounded to seconds as in the log. */
  time: number;
}

/** A message of the engine, a provider or the program. */
export interface Diagnostic {
  severity: "info" | "info#err" | "warning" | "error" | (string & {});
  message: string;
  urn?: string;
}

/** Everything that one run of the engine reported. */
export interface EngineEvents {
  steps: Step[];
  /** Without debug messages. */
  diagnostics: Diagnostic[];
  /** The engine's counts of created, updated, … resources; empty when it was killed. */
  summary: Record<string, number>;
}

interface Metadata {
  op: string;
  urn: string;
  type: string;
  diffs?: string[] | null;
  detailedDiff?: Record<string, unknown> | null;
}

interface LoggedEvent {
  sequence: number;
  timestamp: number;
  resourcePreEvent?: { metadata: Metadata };
  resOutputsEvent?: { metadata: Metadata };
  resOpFailedEvent?: { metadata: Metadata };
  diagnosticEvent?: { severity: string; message: string; urn?: string };
  summaryEvent?: { resourceChanges: Record<string, number> };
}

/** Reads an event log. A log that is still being written or was cut off by a kill returns the events so far. */
export function readEvents(file: string): EngineEvents {
  const events: EngineEvents = { steps: [], diagnostics: [], summary: {} };
  if (!existsSync(file)) return events;
  const lines = readFileSync(file, "utf8").split("\n");
  // The text after the last line break is an incomplete line or empty.
  for (const line of lines.slice(0, -1)) addEvent(events, JSON.parse(line) as LoggedEvent);
  return events;
}

/** The successful steps that changed something: without "same", reads and refreshes. */
export function changes(events: EngineEvents): Step[] {
  const unchanged = new Set<Operation>(["same", "read", "refresh", "replace"]);
  return events.steps.filter((step) => step.phase === "done" && !unchanged.has(step.operation));
}

/** The planned changes of a preview, which reports steps only as started. */
export function plannedChanges(events: EngineEvents): Step[] {
  const unchanged = new Set<Operation>(["same", "read", "refresh", "replace"]);
  return events.steps.filter((step) => step.phase === "start" && !unchanged.has(step.operation));
}

/** The steps that failed. */
export function failures(events: EngineEvents): Step[] {
  return events.steps.filter((step) => step.phase === "failed");
}

/**
 * The positions in the run at which one operation on one resource started and ended. Throws unless exactly one resource
 * matches, so that a test of an order cannot pass vacuously.
 */
export function orderOf(events: EngineEvents, operation: Operation, name: RegExp): { start: number; done: number } {
  const matching = events.steps.filter((step) => step.operation === operation && name.test(step.name));
  const urns = new Set(matching.map((step) => step.urn));
  if (urns.size !== 1)
    throw new Error(
      `expected one ${operation} of a resource named ${name}, found ${urns.size}: ${[...urns].join(", ")}`,
    );
  const position = (phase: Step["phase"]) => matching.find((step) => step.phase === phase)?.order ?? Number.NaN;
  return { start: position("start"), done: position("done") };
}

function addEvent(events: EngineEvents, event: LoggedEvent): void {
  const add = (phase: Step["phase"], metadata: Metadata | undefined) =>
    metadata && events.steps.push(stepOf(event, phase, metadata));
  add("start", event.resourcePreEvent?.metadata);
  add("done", event.resOutputsEvent?.metadata);
  add("failed", event.resOpFailedEvent?.metadata);
  if (event.diagnosticEvent && event.diagnosticEvent.severity !== "debug") {
    const { severity, message, urn } = event.diagnosticEvent;
    events.diagnostics.push({ severity, message: withoutColours(message), ...(urn ? { urn } : {}) });
  }
  if (event.summaryEvent) events.summary = event.summaryEvent.resourceChanges;
}

function stepOf(event: LoggedEvent, phase: Step["phase"], metadata: Metadata): Step {
  const { op, urn, type, diffs, detailedDiff } = metadata;
  const name = urn.split("::").at(-1) ?? urn;
  return {
    order: event.sequence,
    phase,
    operation: op,
    urn,
    type,
    name,
    diff: diffs ?? Object.keys(detailedDiff ?? {}),
    time: event.timestamp * 1000,
  };
}

/** A message without the engine's colour marks. */
function withoutColours(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "");
}
