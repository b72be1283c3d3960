/** ECS services: the emulator forgets a setting, and its time stamps can make the provider wait until it times out. */
import type { AwsCall } from "../aws-call";
import type { Correction, EmulatorAnswer } from "./correction";

interface Service {
  serviceArn?: string;
  availabilityZoneRebalancing?: string;
  deployments?: { createdAt?: number }[];
}

// Longer than any operation takes.
const backdatedSeconds = 3600;

/**
 * The emulator truncates time stamps to seconds and lists no service deployments. A provider that sees a deployment newer than
 * its call looks for it in that empty list until it times out, which depends on the fraction of the second. Deployments are
 * therefore backdated.
 */
export class Services implements Correction {
  private readonly rebalancing = new Map<string, string>();

  match(call: AwsCall): boolean {
    return call.service === "ecs" && /^(Create|Update)Service$|^DescribeServices$/.test(call.action);
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    if (answer.status >= 300) return answer;
    const parsed = JSON.parse(answer.body) as { service?: Service; services?: Service[] };
    const requested = call.parameters.availabilityZoneRebalancing;
    if (parsed.service?.serviceArn && typeof requested === "string")
      this.rebalancing.set(parsed.service.serviceArn, requested);
    for (const service of [...(parsed.service ? [parsed.service] : []), ...(parsed.services ?? [])]) {
      const known = this.rebalancing.get(service.serviceArn ?? "");
      if (known) service.availabilityZoneRebalancing = known;
      for (const deployment of service.deployments ?? [])
        if (deployment.createdAt !== undefined) deployment.createdAt -= backdatedSeconds;
    }
    return { ...answer, body: JSON.stringify(parsed) };
  }
}
