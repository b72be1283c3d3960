/** `pulumi up --refresh` on an unchanged service: what the cloud reads back equals what the program declares. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { type Both, onBoth } from "./support/both";
import { changed, noComplaints } from "./support/checks";
import { changes } from "./support/engine-events";
import { SimulatedReleases } from "./support/simulated-releases";
import { World } from "./support/world";

const images = {
  container: `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:${"1".repeat(64)}`,
  vm: `ami-${"1".repeat(17)}`,
};
const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1b2c3d4e-0000-4000-8000-000000000000";

describe("engine: a refresh on AWS", () => {
  const simulated = new SimulatedReleases();
  const stacks = {} as Both;

  World.forSuite({ docker: false }, async (world) => {
    await simulated.startIn(world);
    const service = (name: string, compute: keyof Both): ServiceArgs => ({
      name,
      compute,
      version: "1.0.0",
      image: images[compute],
      instances: { min: 2, max: 6 },
      files: { share: { path: "/srv/share" } },
      tls: { certificate },
      tags: { team: "books" },
      gate: { url: simulated.url, answers: 2, within: 50 },
      health: { startWithin: 10 },
      secrets: { TOKEN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:books/db-AbCdEf" },
      network: { egress: compute === "vm" ? "nat" : "endpoints" },
      scaling: [
        { metric: "cpu", target: 60 },
        { metric: "requests", target: 600 },
        { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 },
      ],
    });
    stacks.container = await world.stack(service("container", "container"));
    stacks.vm = await world.stack(service("vm", "vm"));
  });

  onBoth("changes nothing of an unchanged service", stacks, async (stack) => {
    noComplaints(await stack.up());
    const run = await stack.up({}, { flags: ["--refresh"] });
    noComplaints(run);
    const steps = changes(run);
    assert.deepEqual(
      changed(steps),
      [],
      steps.map(({ operation, name, diff }) => `${operation} ${name}: ${diff.join(", ")}`).join("\n"),
    );
    await stack.run.destroy();
  });
});
