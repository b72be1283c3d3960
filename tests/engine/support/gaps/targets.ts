/** Targets: the emulator reports each of them as healthy. */
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { placementsIn, type Placement } from "../placements";
import { type Correction, element, field, inside, type EmulatorAnswer } from "./correction";

/** The states of a target in `DescribeTargetHealth`. */
export type TargetState = "initial" | "healthy" | "unhealthy" | "draining";

/** Why a target is not healthy, as AWS's reason code. */
interface TargetHealth {
  state: TargetState;
  reason: string;
}

/** The health of a target group, as the load balancer sees it. */
export interface GroupHealth {
  /** Whether any rule names it. A load balancer only checks the targets of groups that a rule names. */
  inUse: boolean;
  /** By the target's id. */
  targets: ReadonlyMap<string, TargetHealth>;
  /**
   * Whether the targets are only simulated: their ids mean nothing, and of them as many exist as the groups that name
   * the target group want. @default false
   */
  simulated?: boolean;
}

/**
 * The description of a target in a zone without the load balancer. It gets no requests, whatever its health:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html (Target.NotInUse).
 */
export const zoneNotEnabled = "Target is in an Availability Zone that is not enabled for the load balancer";

interface Described {
  id: string;
  port: string;
  state: string;
  reason: string;
  zone: string | undefined;
  description?: string;
}

/** Replaces the emulator's health by the load balancer's. */
export class Targets implements Correction {
  /** If `health` returns undefined, the emulator's states are kept. */
  constructor(private readonly health: (targetGroupArn: string) => GroupHealth | undefined) {}

  match(call: AwsCall): boolean {
    return call.service === "elasticloadbalancing" && call.action === "DescribeTargetHealth";
  }

  async change(answer: EmulatorAnswer, call: AwsCall, cloud: CloudReader): Promise<EmulatorAnswer> {
    if (answer.status >= 300) return answer;
    const arn = field(call, "TargetGroupArn") ?? "";
    const registered = [...answer.body.matchAll(/<Target><Id>([^<]*)<\/Id><Port>(\d+)<\/Port><\/Target>/g)].map(
      ([, id = "", port = ""]) => ({ id, port }),
    );
    const [placements, zones] = await Promise.all([placementsIn(arn, cloud), zonesOf(arn, cloud)]);
    const zone = new Map(placements.map((placement) => [placement.id, placement.zone]));
    const health = this.health(arn) ?? everyoneHealthy(registered.map(({ id }) => id));
    // Only targets of a group that a rule names are checked.
    const seen = { ...health, inUse: health.inUse && zones !== undefined };
    const described = [
      ...registered.map((target) => ({ ...target, ...healthOf(target.id, seen), zone: zone.get(target.id) })),
      ...simulated(seen, placements),
    ];
    const members = described.map((target) => member(isWithin(zones, target.zone) ? target : outside(target)));
    const list = inside("TargetHealthDescriptions", ...members);
    const body = answer.body.replace(
      /<TargetHealthDescriptions>.*<\/TargetHealthDescriptions>|<TargetHealthDescriptions\/>/s,
      list,
    );
    return { ...answer, body };
  }
}

/** The emulator's own view. */
function everyoneHealthy(ids: readonly string[]): GroupHealth {
  return { inUse: true, targets: new Map(ids.map((id) => [id, { state: "healthy" as const, reason: "" }])) };
}

function healthOf(id: string, { inUse, targets }: GroupHealth): TargetHealth | { state: "unused"; reason: string } {
  if (!inUse) return { state: "unused", reason: "Target.NotInUse" };
  const { state, reason } = targets.get(id) ?? { state: "initial", reason: "Elb.RegistrationInProgress" };
  return { state, reason };
}

/** The simulated targets: one for each instance that exists. */
function simulated(health: GroupHealth, placements: readonly Placement[]): Described[] {
  if (!health.simulated) return [];
  return [...health.targets.keys()].slice(0, placements.length).map((id, index) => ({
    id: placements[index]?.id ?? id,
    port: "80",
    ...healthOf(id, health),
    zone: placements[index]?.zone,
  }));
}

/** The zones of the load balancers that use a target group; undefined when none does. */
async function zonesOf(targetGroupArn: string, cloud: CloudReader): Promise<Set<string | undefined> | undefined> {
  const using = (await cloud.targetGroupsInUse()).get(targetGroupArn);
  if (!using) return undefined;
  const balancers = (await cloud.loadBalancers()).filter(({ LoadBalancerArn = "" }) => using.has(LoadBalancerArn));
  return new Set(balancers.flatMap(({ AvailabilityZones = [] }) => AvailabilityZones.map(({ ZoneName }) => ZoneName)));
}

function isWithin(zones: Set<string | undefined> | undefined, zone: string | undefined): boolean {
  return zones === undefined || zone === undefined || zones.has(zone);
}

function outside(target: Described): Described {
  return { ...target, state: "unused", reason: "Target.NotInUse", description: zoneNotEnabled };
}

function member({ id, port, state, reason, description }: Described): string {
  return inside(
    "member",
    inside("Target", element("Id", id), element("Port", port)),
    inside(
      "TargetHealth",
      element("State", state),
      element("Reason", reason || undefined),
      element("Description", description),
    ),
  );
}
