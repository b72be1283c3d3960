/** ECS starts another task in place of one that was stopped; the emulator does so only with its service's next update. */
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { Correction } from "./gaps/correction";

/** Replaces stopped tasks as their service does. */
export const stoppedTasks: Correction = {
  match: ({ service, action }) => service === "ecs" && action === "StopTask",
  change: async (answer, _call, cloud) => {
    for (const { clusterArn: cluster, serviceName: service, desiredCount } of await cloud.services())
      await cloud.containers.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
    return answer;
  },
};
