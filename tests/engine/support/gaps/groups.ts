/**
 * Auto Scaling groups: the emulator forgets most settings of a group, invents its instances, and puts all into one
 * zone.
 */
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { type Correction, eachMember, element, field, inside, numbered, type EmulatorAnswer } from "./correction";

/** An instance of a group. */
export interface SimulatedInstance {
  id: string;
  zone: string;
  lifecycle: "Pending" | "InService" | "Terminating";
  healthy: boolean;
}

interface GroupSettings {
  targetGroups: string[];
  /** Values by their name in the request, in which a dot separates a block from its field. */
  values: Map<string, string>;
}

const forgottenSettings = [
  "HealthCheckGracePeriod",
  "DefaultInstanceWarmup",
  "MaxInstanceLifetime",
  "CapacityRebalance",
  "InstanceMaintenancePolicy.MinHealthyPercentage",
  "InstanceMaintenancePolicy.MaxHealthyPercentage",
];
const attachAction = /^(Attach|Detach)(LoadBalancerTargetGroups|TrafficSources)$/;

/** Stores the settings of a group, and adds them and the simulated instances to the answers. */
export class Groups implements Correction {
  private readonly known = new Map<string, GroupSettings>();

  /** If `instances` returns undefined for a group, the emulator's invented instances are kept. */
  constructor(private readonly instances: (group: string) => readonly SimulatedInstance[] | undefined) {}

  match(call: AwsCall): boolean {
    return (
      call.service === "autoscaling" &&
      (/^(Create|Update|Describe)AutoScalingGroups?$/.test(call.action) || attachAction.test(call.action))
    );
  }

  async change(answer: EmulatorAnswer, call: AwsCall, cloud: CloudReader): Promise<EmulatorAnswer> {
    const name = field(call, "AutoScalingGroupName") ?? "";
    const attached = attachAction.exec(call.action);
    if (attached) {
      // The emulator does not implement these actions.
      this.attach(name, call, attached[1] === "Attach");
      return {
        status: 200,
        body: `<${call.action}Response xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><${call.action}Result/></${call.action}Response>`,
      };
    }
    if (call.action === "DescribeAutoScalingGroups") {
      const ids = [...answer.body.matchAll(/<VPCZoneIdentifier>([^<]*)/g)].flatMap(([, list = ""]) => list.split(","));
      const zones = new Map((await cloud.subnets(ids)).map((one) => [one.SubnetId ?? "", one.AvailabilityZone ?? ""]));
      const body = eachMember(answer.body, "AutoScalingGroupName", (member, group) =>
        this.describe(inZones(member, zones), group),
      );
      return { ...answer, body };
    }
    if (answer.status >= 300) return answer;
    if (call.action === "CreateAutoScalingGroup") {
      this.known.delete(name);
      this.attach(name, call, true);
    }
    for (const value of forgottenSettings) {
      const setting = field(call, value);
      if (setting !== undefined) this.settingsOf(name).values.set(value, setting);
    }
    return answer;
  }

  private settingsOf(group: string): GroupSettings {
    const known = this.known.get(group) ?? { targetGroups: [], values: new Map<string, string>() };
    this.known.set(group, known);
    return known;
  }

  private attach(group: string, call: AwsCall, on: boolean): void {
    const arns = [
      ...numbered(call, (index) => `TargetGroupARNs.member.${index}`),
      ...numbered(call, (index) => `TrafficSources.member.${index}.Identifier`),
    ];
    const known = this.settingsOf(group);
    const kept = known.targetGroups.filter((arn) => !arns.includes(arn));
    known.targetGroups = on ? [...kept, ...arns] : kept;
  }

  private describe(member: string, group: string): string {
    const { targetGroups, values } = this.settingsOf(group);
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

/** Puts a group and the instances that the emulator has invented into the zones of the group's subnets, in turn. */
function inZones(member: string, zonesOfSubnets: ReadonlyMap<string, string>): string {
  const subnets = (/<VPCZoneIdentifier>([^<]*)/.exec(member)?.[1] ?? "").split(",");
  const zones = [...new Set(subnets.map((id) => zonesOfSubnets.get(id)).filter((zone) => zone !== undefined))];
  if (zones.length === 0) return member;
  let instance = 0;
  return member
    .replace(
      /<AvailabilityZones>.*?<\/AvailabilityZones>/s,
      inside("AvailabilityZones", ...zones.map((zone) => element("member", zone))),
    )
    .replace(/<AvailabilityZone>[^<]*<\/AvailabilityZone>/g, () =>
      element("AvailabilityZone", zones[instance++ % zones.length]),
    );
}
