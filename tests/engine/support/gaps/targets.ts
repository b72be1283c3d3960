/** Targets: the emulator calls each of them healthy, whatever it answers. */
import type { AwsCall } from "../aws-call";
import { type Correction, element, field, inside, type Said } from "./correction";

/** The states of a target, as `DescribeTargetHealth` calls them. */
export type TargetState = "initial" | "healthy" | "unhealthy" | "draining";

/** What a load balancer has found out about a target group. */
export interface GroupHealth {
  /** Whether any rule names it. Targets of a group that none names are never asked. */
  inUse: boolean;
  /** By the target's id; those that the emulator does not know are added to its answer. */
  targets: ReadonlyMap<string, { state: TargetState; reason: string }>;
}

/** Replaces the emulator's "healthy" by what the load balancer found out. */
export class Targets implements Correction {
  /** Without an answer from `health` the emulator's own word stands. */
  constructor(private readonly health: (targetGroupArn: string) => GroupHealth | undefined) {}

  match(call: AwsCall): boolean {
    return call.service === "elasticloadbalancing" && call.action === "DescribeTargetHealth";
  }

  change(said: Said, call: AwsCall): Said {
    const health = this.health(field(call, "TargetGroupArn") ?? "");
    if (!health || said.status >= 300) return said;
    const registered = [...said.body.matchAll(/<Target><Id>([^<]*)<\/Id><Port>(\d+)<\/Port><\/Target>/g)].map(
      ([, id = "", port = ""]) => ({ id, port }),
    );
    const others = [...health.targets.keys()]
      .filter((id) => !registered.some((one) => one.id === id))
      .map((id) => ({ id, port: "80" }));
    const members = [...registered, ...others].map(({ id, port }) => {
      const known = health.targets.get(id);
      const [state, reason] = !health.inUse
        ? ["unused", "Target.NotInUse"]
        : known
          ? [known.state, known.reason]
          : ["initial", "Elb.RegistrationInProgress"];
      return inside(
        "member",
        inside("Target", element("Id", id), element("Port", port)),
        inside("TargetHealth", element("State", state), element("Reason", reason || undefined)),
      );
    });
    const list = inside("TargetHealthDescriptions", ...members);
    return {
      ...said,
      body: said.body.replace(
        /<TargetHealthDescriptions>.*<\/TargetHealthDescriptions>|<TargetHealthDescriptions\/>/s,
        list,
      ),
    };
  }
}
