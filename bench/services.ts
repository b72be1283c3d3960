import { aws } from "../components/clouds/aws";
import { resolveService } from "../components/resolve";
import { ImmutableService } from "../components/service";
import { run } from "../plan/offline/program";
import { planOf } from "../plan/plan";

/** Plans a program with so many services in this process. Throws if the plan lacks one. */
export async function planServices(count: number): Promise<void> {
  const facts = { project: "bench", stack: "dev", region: "us-east-1", projectFolder: process.cwd() };
  const recording = await run(
    () => {
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
    },
    { ...facts, values: { "aws:region": facts.region }, encrypted: [] },
  );
  const plan = planOf(recording, { project: facts.project, encrypted: [], notes: [] }, facts.stack);
  if (plan.services.length !== count) throw new Error(`planned ${plan.services.length} services of ${count}`);
}
