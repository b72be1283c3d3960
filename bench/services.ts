import { aws } from "../components/clouds/aws";
import { ImmutableService } from "../components/service";
import { resolveService } from "../components/resolve";
import { run } from "../plan/offline/program";
import { planOf } from "../plan/plan";

/** Milliseconds that the plan of a program with so many services takes in this process, the SDK's import left out. */
export async function timeOf(services: number): Promise<number> {
  const facts = { project: "bench", stack: "dev", region: "us-east-1", projectFolder: process.cwd() };
  const began = performance.now();
  const recording = await run(
    () => {
      const cloud = aws(facts);
      for (let index = 1; index <= services; index += 1) {
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
    },
    { ...facts, values: { "aws:region": facts.region }, encrypted: [] },
  );
  const plan = planOf(recording, { project: facts.project, encrypted: [] }, facts.stack);
  if (plan.services.length !== services) throw new Error(`planned ${plan.services.length} services of ${services}`);
  return performance.now() - began;
}
