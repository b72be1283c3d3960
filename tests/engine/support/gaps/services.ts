/**
 * ECS services: the emulator forgets a setting, its time stamps can make the provider wait until it times out, and it has no circuit
 * breaker.
 */
import type { AwsCall } from "../aws-call";
import type { Correction, EmulatorAnswer } from "./correction";

interface Service {
  serviceArn?: string;
  serviceName?: string;
  taskDefinition?: string;
  runningCount?: number;
  availabilityZoneRebalancing?: string;
  deployments?: { createdAt?: number; rolloutState?: string; runningCount?: number }[];
}

// Longer than any operation takes.
const backdatedSeconds = 3600;

/**
 * The emulator truncates time stamps to seconds and lists no service deployments. A provider that sees a deployment newer than
 * its call looks for it in that empty list until it times out, which depends on the fraction of the second. Deployments are
 * therefore backdated.
 *
 * A deployment whose tasks cannot start fails, and starts no more tasks, also when they could start later: only another deployment
 * does. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export class Services implements Correction {
  private readonly rebalancing = new Map<string, string>();
  /** The services whose deployment has failed, by ARN. */
  private readonly failed = new Set<string>();

  /** `cannotStart` decides whether a service's tasks stop before they run, and `cannotMount` whether those of a new deployment do. */
  constructor(
    private readonly cannotStart: (service: string) => boolean,
    private readonly cannotMount: (taskDefinition: string) => boolean,
  ) {}

  match(call: AwsCall): boolean {
    return call.service === "ecs" && /^(Create|Update)Service$|^DescribeServices$|^ListTasks$/.test(call.action);
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    if (answer.status >= 300) return answer;
    if (call.action === "ListTasks") return this.withoutFailed(answer, call);
    const parsed = JSON.parse(answer.body) as { service?: Service; services?: Service[] };
    const requested = call.parameters.availabilityZoneRebalancing;
    if (parsed.service?.serviceArn && typeof requested === "string")
      this.rebalancing.set(parsed.service.serviceArn, requested);
    if (
      parsed.service?.serviceArn &&
      (call.action === "CreateService" || call.parameters.forceNewDeployment === true)
    ) {
      const { serviceArn, taskDefinition = "" } = parsed.service;
      if (this.cannotMount(taskDefinition)) this.failed.add(serviceArn);
      else this.failed.delete(serviceArn);
    }
    for (const service of [...(parsed.service ? [parsed.service] : []), ...(parsed.services ?? [])]) {
      const known = this.rebalancing.get(service.serviceArn ?? "");
      if (known) service.availabilityZoneRebalancing = known;
      for (const deployment of service.deployments ?? [])
        if (deployment.createdAt !== undefined) deployment.createdAt -= backdatedSeconds;
      this.breakCircuit(service);
    }
    return { ...answer, body: JSON.stringify(parsed) };
  }

  /** A service whose deployment has failed has no tasks that run. */
  private withoutFailed(answer: EmulatorAnswer, { parameters }: AwsCall): EmulatorAnswer {
    const name = String(parameters.serviceName).split("/").at(-1);
    const hasFailed = [...this.failed].some((arn) => arn.split("/").at(-1) === name);
    return hasFailed && parameters.desiredStatus !== "STOPPED"
      ? { ...answer, body: JSON.stringify({ taskArns: [] }) }
      : answer;
  }

  private breakCircuit(service: Service): void {
    const { serviceArn = "", serviceName = "", deployments: [current] = [] } = service;
    if (this.cannotStart(serviceName)) this.failed.add(serviceArn);
    if (!this.failed.has(serviceArn) || current === undefined) return;
    Object.assign(current, { rolloutState: "FAILED", runningCount: 0 });
    service.runningCount = 0;
  }
}
