/** Targets: the emulator reports each of them as healthy. */
import type { AwsCall } from "../aws-call";
import { type Correction, element, field, inside, type EmulatorAnswer } from "./correction";

/** The states of a target in `DescribeTargetHealth`. */
export type TargetState = "initial" | "healthy" | "unhealthy" | "draining";

/** The health of a target group, as the load balancer sees it. */
export interface GroupHealth {
  /** Whether any rule names it. A load balancer only checks the targets of groups that a rule names. */
  inUse: boolean;
  /** By the target's id; targets that the emulator does not have are added to its answer. */
  targets: ReadonlyMap<string, { state: TargetState; reason: string }>;
}

/** Replaces the emulator's health by the load balancer's. */
export class Targets implements Correction {
  /** If `health` returns undefined, the emulator's answer is kept. */
  constructor(private readonly health: (targetGroupArn: string) => GroupHealth | undefined) {}

  match(call: AwsCall): boolean {
    return call.service === "elasticloadbalancing" && call.action === "DescribeTargetHealth";
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    const health = this.health(field(call, "TargetGroupArn") ?? "");
    if (!health || answer.status >= 300) return answer;
    const registered = [...answer.body.matchAll(/<Target><Id>([^<]*)<\/Id><Port>(\d+)<\/Port><\/Target>/g)].map(
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
      ...answer,
      body: answer.body.replace(
        /<TargetHealthDescriptions>.*<\/TargetHealthDescriptions>|<TargetHealthDescriptions\/>/s,
        list,
      ),
    };
  }
}
