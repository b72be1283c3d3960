/** What Fargate does not support in a task definition, and the emulator accepts. */
import assert from "node:assert/strict";
import type { ContainerDefinition, Volume } from "@aws-sdk/client-ecs";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";
import { registerSmallTask } from "./support/small-task";

describe("engine: the emulator's gateway: task definitions", () => {
  const aws = emulatedAws();
  const register = (container: ContainerDefinition, volumes?: Volume[]) =>
    registerSmallTask(aws.gateway.reader(region).containers, container, volumes);
  const mountPoints = [{ sourceVolume: "tmp", containerPath: "/tmp" }];

  const refused: Record<string, [ContainerDefinition, RegExp, Volume[]?]> = {
    "a volume that is not declared": [{ mountPoints }, /Unknown volume 'tmp'/],
    "a folder of the host": [{ mountPoints }, /sourcePath/, [{ name: "tmp", host: { sourcePath: "/tmp" } }]],
    "a tmpfs": [{ linuxParameters: { tmpfs: [{ containerPath: "/tmp", size: 64 }] } }, /tmpfs is not supported/],
    "a capability": [{ linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } }, /capability NET_ADMIN/],
    privileges: [{ privileged: true }, /Privileged containers/],
    "more than 64 KiB": [
      { environment: Array.from({ length: 2000 }, (_, index) => ({ name: `VARIABLE_${index}`, value: "on" })) },
      /Max allowed length is '65536' bytes/,
    ],
  };
  for (const [what, [container, message, volumes]] of Object.entries(refused))
    it(`refuses ${what}`, async () => {
      const refusal = await refusalOf(register(container, volumes));
      assert.match(refusal, /^ClientException/);
      assert.match(refusal, message);
    });

  it("refuses a family with a dot", async () => {
    const refusal = await refusalOf(registerSmallTask(aws.gateway.reader(region).containers, {}, [], "books.1"));
    assert.match(refusal, /^ClientException.*Family contains invalid characters/);
  });

  it("accepts a read-only root with a volume of the task's own disk, a user, and no capabilities", async () => {
    const linuxParameters = { initProcessEnabled: true, capabilities: { drop: ["ALL"] } };
    const container = { mountPoints, readonlyRootFilesystem: true, user: "1000:1000", linuxParameters };
    const { taskDefinition } = await register(container, [{ name: "tmp" }]);
    assert.equal(taskDefinition?.containerDefinitions?.[0]?.user, "1000:1000");
  });
});
