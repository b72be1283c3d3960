/** Auto Scaling groups: the emulator forgets most settings of a group, and invents its instances. */
import type { AwsCall } from "../aws-call";
import { type Correction, eachMember, element, field, inside, numbered, type Said } from "./correction";

/** An instance of a group. */
export interface PlayedInstance {
  id: string;
  zone: string;
  lifecycle: "Pending" | "InService" | "Terminating";
  healthy: boolean;
}

interface Known {
  targetGroups: string[];
  /** Single values by their name in the request, in which a dot leads into a block. */
  values: Map<string, string>;
}

const forgotten = [
  "HealthCheckGracePeriod",
  "DefaultInstanceWarmup",
  "MaxInstanceLifetime",
  "CapacityRebalance",
  "InstanceMaintenancePolicy.MinHealthyPercentage",
  "InstanceMaintenancePolicy.MaxHealthyPercentage",
];
const attaches = /^(Attach|Detach)(LoadBalancerTargetGroups|TrafficSources)$/;

/** Remembers the settings of a group, and puts it and the instances that really run into the answers. */
export class Groups implements Correction {
  private readonly known = new Map<string, Known>();

  /** `instances` may know nothing of a group, and then the emulator's invented ones stand. */
  constructor(private readonly instances: (group: string) => readonly PlayedInstance[] | undefined) {}

  match(call: AwsCall): boolean {
    return (
      call.service === "autoscaling" &&
      (/^(Create|Update|Describe)AutoScalingGroups?$/.test(call.action) || attaches.test(call.action))
    );
  }

  change(said: Said, call: AwsCall): Said {
    const name = field(call, "AutoScalingGroupName") ?? "";
    const attached = attaches.exec(call.action);
    if (attached) {
      // The emulator does not know these at all.
      this.attach(name, call, attached[1] === "Attach");
      return {
        status: 200,
        body: `<${call.action}Response xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><${call.action}Result/></${call.action}Response>`,
      };
    }
    if (call.action === "DescribeAutoScalingGroups")
      return {
        ...said,
        body: eachMember(said.body, "AutoScalingGroupName", (member, group) => this.describe(member, group)),
      };
    if (said.status >= 300) return said;
    if (call.action === "CreateAutoScalingGroup") {
      this.known.delete(name);
      this.attach(name, call, true);
    }
    for (const value of forgotten) {
      const setting = field(call, value);
      if (setting !== undefined) this.of(name).values.set(value, setting);
    }
    return said;
  }

  private of(group: string): Known {
    const known = this.known.get(group) ?? { targetGroups: [], values: new Map<string, string>() };
    this.known.set(group, known);
    return known;
  }

  private attach(group: string, call: AwsCall, on: boolean): void {
    const named = [
      ...numbered(call, (index) => `TargetGroupARNs.member.${index}`),
      ...numbered(call, (index) => `TrafficSources.member.${index}.Identifier`),
    ];
    const known = this.of(group);
    const kept = known.targetGroups.filter((arn) => !named.includes(arn));
    known.targetGroups = on ? [...kept, ...named] : kept;
  }

  private describe(member: string, group: string): string {
    const { targetGroups, values } = this.of(group);
    const blocks = new Map<string, string>();
    for (const [path, value] of values) {
      const [block = "", inner] = path.split(".");
      if (inner) blocks.set(block, (blocks.get(block) ?? "") + element(inner, value));
    }
    const added = [...values]
      .filter(([path]) => !path.includes(".") && !member.includes(`<${path}>`))
      .map(([path, value]) => element(path, value));
    added.push(...[...blocks].map(([block, content]) => inside(block, content)));
    if (targetGroups.length > 0) {
      added.push(inside("TargetGroupARNs", ...targetGroups.map((arn) => element("member", arn))));
      added.push(
        inside(
          "TrafficSources",
          ...targetGroups.map((arn) => inside("member", element("Identifier", arn), element("Type", "elbv2"))),
        ),
      );
    }
    return member.replace(
      /<Instances\/>|<Instances>.*<\/Instances>/s,
      (own) => added.join("") + (this.instancesOf(member, group) ?? own),
    );
  }

  private instancesOf(member: string, group: string): string | undefined {
    const template =
      /<LaunchTemplate>.*?<\/LaunchTemplate>/s.exec(member.replace(/<Instances>.*<\/Instances>/s, ""))?.[0] ?? "";
    const members = this.instances(group)?.map(({ id, zone, lifecycle, healthy }) =>
      inside(
        "member",
        element("InstanceId", id),
        element("AvailabilityZone", zone),
        element("LifecycleState", lifecycle),
        element("HealthStatus", healthy ? "Healthy" : "Unhealthy"),
        element("ProtectedFromScaleIn", false),
        template,
      ),
    );
    return members && inside("Instances", ...members);
  }
}
