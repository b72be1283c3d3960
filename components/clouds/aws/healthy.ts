import type * as AutoScaling from "@aws-sdk/client-auto-scaling";
import type * as Ecs from "@aws-sdk/client-ecs";
import type * as LoadBalancing from "@aws-sdk/client-elastic-load-balancing-v2";
import * as pulumi from "@pulumi/pulumi";
import type * as Proxy from "proxy-agent";

/** What is waited for. */
export interface HealthyArgs {
  readonly region: string;
  /** The target group's ARN. */
  readonly targetGroup: pulumi.Input<string>;
  /** How many of its targets have to be healthy at the same time; fewer if triggers have meanwhile taken the group below. */
  readonly instances: number;
  /** Seconds within which they must be. */
  readonly within: number;
  /** The Auto Scaling group's or the ECS service's name; another one has to be waited for again. */
  readonly group: pulumi.Input<string>;
  /** The ECS cluster's name; empty for an Auto Scaling group. */
  readonly cluster: pulumi.Input<string>;
}

type Asked = { readonly [K in keyof HealthyArgs]: HealthyArgs[K] extends number ? number : string };

/*
 * Pulumi keeps this object's source text in the state and runs it in another process. It therefore stands alone: every
 * package is required inside, and there are no named inner functions, for which the TypeScript loader would add helpers.
 */
const provider: pulumi.dynamic.ResourceProvider<Asked, Asked> = {
  async create(asked) {
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
    /* eslint-disable @typescript-eslint/no-require-imports -- resolved in the provider's process, where no import of this file exists */
    const loadBalancing = require("@aws-sdk/client-elastic-load-balancing-v2") as typeof LoadBalancing;
    const ecs = require("@aws-sdk/client-ecs") as typeof Ecs;
    const autoScaling = require("@aws-sdk/client-auto-scaling") as typeof AutoScaling;
    const { ProxyAgent } = require("proxy-agent") as typeof Proxy;
    /* eslint-enable @typescript-eslint/no-require-imports */
    const agent = new ProxyAgent();
    const settings = { region: asked.region, maxAttempts: 10, requestHandler: { httpAgent: agent, httpsAgent: agent } };
    const balancers = new loadBalancing.ElasticLoadBalancingV2Client(settings);
    const containers = new ecs.ECSClient(settings);
    const machines = new autoScaling.AutoScalingClient(settings);
    const deadline = Date.now() + asked.within * 1000;
    for (;;) {
      const { TargetHealthDescriptions: targets = [] } = await balancers.send(
        new loadBalancing.DescribeTargetHealthCommand({ TargetGroupArn: asked.targetGroup }),
      );
      const healthy = targets.filter((target) => target.TargetHealth?.State === "healthy").length;
      let gaveUp = false;
      let desired: number | undefined;
      if (asked.cluster === "") {
        const { AutoScalingGroups: groups = [] } = await machines.send(
          new autoScaling.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [asked.group] }),
        );
        desired = groups[0]?.DesiredCapacity;
      } else {
        const { services = [] } = await containers.send(
          new ecs.DescribeServicesCommand({ cluster: asked.cluster, services: [asked.group] }),
        );
        desired = services[0]?.desiredCount;
        gaveUp = services[0]?.deployments?.[0]?.rolloutState === "FAILED";
      }
      // Triggers may have taken a group that waits for a second try back to its minimum.
      const wanted = Math.min(asked.instances, desired ?? asked.instances);
      if (healthy >= wanted) return { id: asked.group, outs: asked };
      if (gaveUp || Date.now() + 3000 >= deadline) {
        const reasons = targets
          .map((target) => target.TargetHealth?.Description ?? target.TargetHealth?.Reason ?? "")
          .filter((reason) => reason !== "");
        if (asked.cluster === "") {
          const { Activities: activities = [] } = await machines.send(
            new autoScaling.DescribeScalingActivitiesCommand({ AutoScalingGroupName: asked.group, MaxRecords: 5 }),
          );
          reasons.push(
            ...activities
              .filter((activity) => activity.StatusCode === "Failed")
              .map((activity) => activity.StatusMessage ?? ""),
          );
        } else {
          const { taskArns = [] } = await containers.send(
            new ecs.ListTasksCommand({
              cluster: asked.cluster,
              serviceName: asked.group,
              desiredStatus: "STOPPED",
              maxResults: 5,
            }),
          );
          const { tasks = [] } =
            taskArns.length > 0
              ? await containers.send(new ecs.DescribeTasksCommand({ cluster: asked.cluster, tasks: taskArns }))
              : {};
          reasons.push(
            ...tasks.flatMap((task) => [
              task.stoppedReason ?? "",
              ...(task.containers ?? []).map((container) => container.reason ?? ""),
            ]),
          );
        }
        const told = [...new Set(reasons.filter((reason) => reason !== ""))].slice(0, 3).join("; ");
        throw new Error(
          `${asked.group} has ${healthy} healthy instances of ${wanted} ${gaveUp ? "and AWS gave up starting more" : `after ${asked.within} s`}` +
            `${told === "" ? "" : ` (${told})`}. The traffic split was not moved. The next update waits again; to go back, take the change back and update.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  },
  diff(_id, before, now) {
    // Healthy then is what counts; from then on the load balancer and the group look after it.
    return Promise.resolve(
      before.group === now.group
        ? { changes: false }
        : { changes: true, replaces: ["group"], deleteBeforeReplace: false },
    );
  },
};

/**
 * Waits until a server group's instances are healthy. The group's own wait would not do: a create that fails in its wait
 * is recorded as created, so the next update would take it as done and move the traffic. This resource's failed create
 * is not recorded, and the next update waits again.
 */
export class Healthy extends pulumi.dynamic.Resource {
  constructor(name: string, args: HealthyArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, args, opts, "immutable-service", "Healthy");
  }
}
