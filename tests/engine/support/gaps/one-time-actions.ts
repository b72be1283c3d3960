import type { Correction } from "./correction";

/** A scheduled action without a recurrence, which the emulator answers with an empty one. */
export const oneTimeActions: Correction = {
  match: ({ service, action }) => service === "autoscaling" && action === "DescribeScheduledActions",
  change: (answer) => ({ ...answer, body: answer.body.replaceAll("<Recurrence></Recurrence>", "") }),
};
