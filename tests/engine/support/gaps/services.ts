/**
 * ECS services: the emulator forgets a setting, its time stamps can make the provider wait until it times out, its
 * tasks always start, and it has no circuit breaker.
 */
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { type Starting, startProblem } from "../task-starts";
import type { Correction, EmulatorAnswer } from "./correction";

interface Service extends Starting {
  serviceArn?: string;
  serviceName?: string;
  desiredCount?: number;
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
  /** The services whose deployment has failed, by ARN, with the reason of the stopped tasks where there is one. */
  private readonly failed = new Map<string, string | undefined>();

  /** `cannotStart` decides whether a service's tasks stop before they run, and `cannotMount` whether those of a new deployment do. */
  constructor(
    private readonly cannotStart: (service: string) => boolean,
    private readonly cannotMount: (taskDefinition: string) => boolean,
  ) {}

  match(call: AwsCall): boolean {
    return (
      call.service === "ecs" && /^(Create|Update)Service$|^DescribeServices$|^(List|Describe)Tasks$/.test(call.action)
    );
  }

  async change(answer: EmulatorAnswer, call: AwsCall, cloud: CloudReader): Promise<EmulatorAnswer> {
    if (answer.status >= 300) return answer;
    if (call.action === "ListTasks") return this.withoutFailed(answer, call);
    if (call.action === "DescribeTasks") return this.withStopped(answer, call);
    const parsed = JSON.parse(answer.body) as { service?: Service; services?: Service[] };
    const requested = call.parameters.availabilityZoneRebalancing;
    if (parsed.service?.serviceArn && typeof requested === "string")
      this.rebalancing.set(parsed.service.serviceArn, requested);
    if (
      parsed.service?.serviceArn &&
      (call.action === "CreateService" || call.parameters.forceNewDeployment === true)
    ) {
      const { serviceArn, taskDefinition = "", desiredCount = 0 } = parsed.service;
      const reason = desiredCount > 0 ? await startProblem(cloud, parsed.service) : undefined;
      if (this.cannotMount(taskDefinition) || reason !== undefined) this.failed.set(serviceArn, reason);
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

  /** A service whose deployment has failed has no tasks that run, and one that has stopped. */
  private withoutFailed(answer: EmulatorAnswer, { parameters }: AwsCall): EmulatorAnswer {
    const name = String(parameters.serviceName).split("/").at(-1);
    const [arn, reason] = [...this.failed].find(([failed]) => failed.split("/").at(-1) === name) ?? [];
    if (arn === undefined) return answer;
    if (parameters.desiredStatus !== "STOPPED") return { ...answer, body: JSON.stringify({ taskArns: [] }) };
    return reason === undefined ? answer : { ...answer, body: JSON.stringify({ taskArns: [stoppedTaskOf(arn)] }) };
  }

  private withStopped(answer: EmulatorAnswer, { parameters }: AwsCall): EmulatorAnswer {
    const asked = (parameters.tasks ?? []) as string[];
    const stopped = [...this.failed]
      .map(([arn, stoppedReason]) => ({ taskArn: stoppedTaskOf(arn), lastStatus: "STOPPED", stoppedReason }))
      .filter(({ taskArn }) => asked.includes(taskArn));
    if (stopped.length === 0) return answer;
    const parsed = JSON.parse(answer.body) as { tasks?: object[]; failures?: { arn?: string }[] };
    const tasks = [...(parsed.tasks ?? []), ...stopped];
    const failures = parsed.failures?.filter(({ arn }) => !stopped.some(({ taskArn }) => taskArn === arn));
    return { ...answer, body: JSON.stringify({ ...parsed, tasks, failures }) };
  }

  private breakCircuit(service: Service): void {
    const { serviceArn = "", serviceName = "", deployments: [current] = [] } = service;
    if (this.cannotStart(serviceName) && !this.failed.has(serviceArn)) this.failed.set(serviceArn, undefined);
    if (!this.failed.has(serviceArn) || current === undefined) return;
    Object.assign(current, { rolloutState: "FAILED", runningCount: 0 });
    service.runningCount = 0;
  }
}

/** The ARN of the task of a failed service that has stopped. */
function stoppedTaskOf(serviceArn: string): string {
  return `${serviceArn.replace(":service/", ":task/")}-stopped`;
}
