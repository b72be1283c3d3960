import { lastOutputs } from "../../components/last-outputs";
import { ImmutableService } from "../../components/service";
import { resolveService } from "../../components/resolve";
import type { Cloud } from "../../components/clouds/cloud";
import type { ServiceArgs } from "../../components/stack-file/schema";
import type { Changes, Plan } from "../../plan/contract";
import { compare } from "../../plan/derive/changes";
import { run } from "../../plan/offline/program";
import { planOf } from "../../plan/plan";

const context = { project: "immutable-service", stack: "dev", values: {}, encrypted: [], notes: [] };

const plans = new Map<string, Promise<Plan>>();

/** The plan of one service on a cloud, made in this process; that of the same service only once. */
export function planned(cloud: Cloud, service: ServiceArgs): Promise<Plan> {
  const key = JSON.stringify([cloud.name, service]);
  const plan = plans.get(key) ?? planNow(cloud, service);
  plans.set(key, plan);
  return plan;
}

async function planNow(cloud: Cloud, service: ServiceArgs): Promise<Plan> {
  const recording = await run(async () => {
    const spec = resolveService(service, cloud);
    return new ImmutableService(spec.name, { cloud, spec, last: await lastOutputs() }).outputs;
  }, context);
  return planOf(recording, context, context.stack);
}

/** A plan as another tree prints it. */
export function printed(plan: Plan): Plan {
  return JSON.parse(JSON.stringify(plan)) as Plan;
}

/** What changes from one plan to another. */
export function changesBetween(before: Plan, after: Plan): Changes {
  return compare(printed(before), after, { against: "main", commit: "0".repeat(40), notes: [] });
}
