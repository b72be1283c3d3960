/** The engine's event log as typed steps: what was done to which resource, in which order. */
import { existsSync, readFileSync } from "node:fs";

/** What the engine does with a resource; `replace` is only the announcement, the work is in the two steps around it. */
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

/** One event of one resource. `order` counts every event of the run, so it can be compared between steps. */
export interface Step {
  order: number;
  phase: "start" | "done" | "failed";
  operation: Operation;
  urn: string;
  type: string;
  name: string;
  /** The properties that differ, for an update or a replacement. */
  diff: string[];
  /** Milliseconds since 1970, in whole seconds: the log knows no finer. */
  time: number;
}

/** What the engine, a provider or the program said. */
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
  /** How many resources were created, updated, … as the engine counts them; empty when it was killed. */
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

/** Reads an event log; a log that is still being written, or was cut off by a kill, gives what it has so far. */
export function readEvents(file: string): EngineEvents {
  const events: EngineEvents = { steps: [], diagnostics: [], summary: {} };
  if (!existsSync(file)) return events;
  const lines = readFileSync(file, "utf8").split("\n");
  // What follows the last line break is half a line, or nothing.
  for (const line of lines.slice(0, -1)) addEvent(events, JSON.parse(line) as LoggedEvent);
  return events;
}

/** The steps that changed something, one for each resource and operation: those that ended well, without "same" and reads. */
export function changes(events: EngineEvents): Step[] {
  const idle = new Set<Operation>(["same", "read", "refresh", "replace"]);
  return events.steps.filter((step) => step.phase === "done" && !idle.has(step.operation));
}

/** What a preview would change (a preview reports outcomes only as starts). */
export function plannedChanges(events: EngineEvents): Step[] {
  const idle = new Set<Operation>(["same", "read", "refresh", "replace"]);
  return events.steps.filter((step) => step.phase === "start" && !idle.has(step.operation));
}

/** The steps that failed. */
export function failures(events: EngineEvents): Step[] {
  return events.steps.filter((step) => step.phase === "failed");
}

/**
 * Where one operation on one resource stands in the order of the run: `start < done`, comparable with other operations'.
 * Throws unless exactly one resource matches, so that a test about an order cannot pass on nothing.
 */
export function orderOf(events: EngineEvents, operation: Operation, name: RegExp): { start: number; done: number } {
  const matching = events.steps.filter((step) => step.operation === operation && name.test(step.name));
  const urns = new Set(matching.map((step) => step.urn));
  if (urns.size !== 1)
    throw new Error(
      `expected one ${operation} of a resource named ${name}, found ${urns.size}: ${[...urns].join(", ")}`,
    );
  const at = (phase: Step["phase"]) => matching.find((step) => step.phase === phase)?.order ?? Number.NaN;
  return { start: at("start"), done: at("done") };
}

function addEvent(events: EngineEvents, event: LoggedEvent): void {
  const add = (phase: Step["phase"], metadata: Metadata | undefined) =>
    metadata && events.steps.push(stepOf(event, phase, metadata));
  add("start", event.resourcePreEvent?.metadata);
  add("done", event.resOutputsEvent?.metadata);
  add("failed", event.resOpFailedEvent?.metadata);
  if (event.diagnosticEvent && event.diagnosticEvent.severity !== "debug") {
    const { severity, message, urn } = event.diagnosticEvent;
    events.diagnostics.push({ severity, message: plain(message), ...(urn ? { urn } : {}) });
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

/** Without the engine's colour marks. */
function plain(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "");
}
