import * as pulumi from "@pulumi/pulumi";
import { aws } from "../components/clouds/aws";
import { resolveService } from "../components/resolve";
import { ImmutableService } from "../components/service";
import { type Recording, run } from "../plan/offline/program";
import { planOf } from "../plan/plan";

const facts = { project: "bench", stack: "dev", region: "us-east-1", projectFolder: process.cwd() };
const context = { ...facts, values: { "aws:region": facts.region }, encrypted: [] };

/** Runs a program with so many services in this process. */
function runServices(count: number): Promise<Recording> {
  return run(() => {
    const cloud = aws(facts);
    for (let index = 1; index <= count; index += 1) {
      const name = `service-${index}`;
      const spec = resolveService(
        {
          name,
          version: "1.0.0",
          compute: "container",
          image: `registry.example.com/app@sha256:${"a".repeat(64)}`,
          instances: { min: 2, max: 6 },
          files: {},
          scaling: [{ metric: "cpu", target: 60 }],
        },
        cloud,
      );
      new ImmutableService(name, { cloud, spec });
    }
    return Promise.resolve({});
  }, context);
}

/** Plans a program with so many services in this process. Throws if the plan lacks one. */
export async function planServices(count: number): Promise<void> {
  const recording = await runServices(count);
  const plan = planOf(recording, { project: facts.project, encrypted: [], notes: [] }, facts.stack);
  if (plan.services.length !== count) throw new Error(`planned ${plan.services.length} services of ${count}`);
}

class Bare extends pulumi.CustomResource {}

/**
 * Registers the resources of one service so many times, with nothing of the project's: what the SDK alone costs for
 * them, on this machine.
 */
export async function registerResources(count: number): Promise<void> {
  const { resources } = await runServices(1);
  const recording = await run(() => {
    for (let index = 1; index <= count; index += 1) {
      for (const { type, name, inputs } of resources) new Bare(type, `${name}-${index}`, inputs);
    }
    return Promise.resolve({});
  }, context);
  if (recording.resources.length !== count * resources.length) throw new Error("not every resource was registered");
}
