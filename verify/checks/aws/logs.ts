import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { clientSettings, isError } from "../../../components/clouds/aws/clients.remote";
import type { Subject } from "../../subject";
import type { Check } from "../../verdict";
import type { AppAnswer } from "../files";
import { logCheck, logMinutes } from "../logs";

/** The check that the app's output is in CloudWatch Logs. */
export function logChecks({ region, logs }: Subject, answer: AppAnswer): Check[] {
  const client = new CloudWatchLogsClient(clientSettings(region, "logs"));
  const find = async () => {
    const startTime = Date.now() - logMinutes * 60_000;
    let lines = 0;
    // A page may be empty although a later one is not.
    for (let token: string | undefined, page = 0; lines === 0 && page < 20; page += 1) {
      const command = new FilterLogEventsCommand({ logGroupName: logs, startTime, limit: 100, nextToken: token });
      const found = await client.send(command).catch((error: unknown) => {
        if (isError(error, "ResourceNotFoundException")) return undefined;
        throw error;
      });
      if (found === undefined) return undefined;
      const { events = [], nextToken } = found;
      lines = events.length;
      token = nextToken;
      if (token === undefined) break;
    }
    return lines;
  };
  return [logCheck(logs, find, answer)];
}
