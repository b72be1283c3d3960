/** ECS services: the emulator forgets a setting, and its time stamps let the provider wait for what never comes. */
import type { AwsCall } from "../aws-call";
import type { Correction, Said } from "./correction";

interface Service {
  serviceArn?: string;
  availabilityZoneRebalancing?: string;
  deployments?: { createdAt?: number }[];
}

// Older than any operation that is still under way.
const backdatedSeconds = 3600;

/**
 * The emulator cuts time stamps to whole seconds and lists no service deployments. A provider that sees a deployment
 * younger than its own call looks for it in that empty list until it times out; whether it does hangs on which side of a
 * second's end the call falls. Deployments are therefore dated back.
 */
export class Services implements Correction {
  private readonly rebalancing = new Map<string, string>();

  match(call: AwsCall): boolean {
    return call.service === "ecs" && /^(Create|Update)Service$|^DescribeServices$/.test(call.action);
  }

  change(said: Said, call: AwsCall): Said {
    if (said.status >= 300) return said;
    const answer = JSON.parse(said.body) as { service?: Service; services?: Service[] };
    const requested = call.parameters.availabilityZoneRebalancing;
    if (answer.service?.serviceArn && typeof requested === "string")
      this.rebalancing.set(answer.service.serviceArn, requested);
    for (const service of [...(answer.service ? [answer.service] : []), ...(answer.services ?? [])]) {
      const known = this.rebalancing.get(service.serviceArn ?? "");
      if (known) service.availabilityZoneRebalancing = known;
      for (const deployment of service.deployments ?? [])
        if (deployment.createdAt !== undefined) deployment.createdAt -= backdatedSeconds;
    }
    return { ...said, body: JSON.stringify(answer) };
  }
}
