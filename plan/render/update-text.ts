import type { Update } from "../contract";
import { duration } from "../words";
import { columns } from "./tables";

/** The steps of an update with their times, for a terminal. */
export function updateText(update: Update, width: number, title: string): string {
  const rows = update.steps.map(({ title: step, maxSeconds, detail }, index) => [
    `${index + 1}.`,
    step,
    maxSeconds > 0 ? `${maxSeconds} s` : "",
    detail,
  ]);
  const { maxSecondsToSwitch, maxSecondsTotal } = update;
  return [
    title,
    columns(rows, width),
    ...update.traffic.map(({ sentence }) => columns([[sentence]], width)),
    `  Traffic switches within ${duration(maxSecondsToSwitch)}, plus API latency.`,
    `  The update finishes within ${duration(maxSecondsTotal)}, plus API latency.`,
  ].join("\n");
}
