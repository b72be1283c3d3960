/** The Auto Scaling group of a release on AWS virtual machines: times that the emulator does not have. */
import assert from "node:assert/strict";
import { clouds, deploy, only } from "../support/clouds";
import { service } from "../support/service";

const machines = (changes = {}) => service({ compute: "vm", image: `ami-${"1".repeat(17)}`, ...changes });
const groupOf = async (changes: Parameters<typeof service>[0]) => {
  const { resources } = await deploy(clouds.aws, machines(changes));
  return only(resources, "aws:autoscaling/group:Group");
};

describe("the Auto Scaling group of a release on AWS", () => {
  it("counts an instance once the app may have started", async () => {
    const { inputs } = await groupOf({ health: { startWithin: 240, healthyAfter: 10 } });
    assert.equal(inputs.defaultInstanceWarmup, 240);
    assert.equal(inputs.healthCheckGracePeriod, 240);
  });

  for (const [drain, minutes] of [
    [0, 10],
    [30, 11],
    [900, 25],
  ] as const)
    it(`may take ${minutes} minutes to be deleted with a drain of ${drain} s`, async () => {
      const { customTimeouts } = await groupOf({ loadBalancer: { drain } });
      assert.equal(customTimeouts.delete, `${minutes}m`);
    });
});
