/** What a bake on Alibaba Cloud asks of the image that it starts from. */
import assert from "node:assert/strict";
import * as bake from "../../../components/clouds/alicloud/baked-image.remote";
import { simulatedClock } from "../../support/clock";
import { ScriptedApi } from "../../support/scripted-api";

describe("a machine image's bake on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();

  it("launches nothing from an image whose metadata cannot require session tokens", async () => {
    const base = { ImageId: "m-old", Status: "Available", CreationTime: "", Features: { ImdsSupport: "v1" } };
    api.reply = (action, { ImageId }) =>
      action === "DescribeImages" && ImageId === "m-old" ? { Images: { Image: [base] }, TotalCount: 1 } : {};
    const inputs: bake.Inputs = {
      region: "cn-hangzhou",
      ecs: api.url,
      scaling: api.url,
      service: "books",
      recipe: "0123abcd",
      builderTag: "stack",
      instanceType: "ecs.u1-c1m2.large",
      vswitches: ["vsw-1"],
      securityGroup: "sg-1",
      within: 1,
      baseImage: "m-old",
      description: "",
      tags: {},
      bucket: "archives",
      object: "tree.tar.gz",
      playbook: "",
      test: "",
    };
    await assert.rejects(bake.create(inputs), /failed at its launch: .*m-old, .*Features\.ImdsSupport is v1/);
    assert.ok(!api.actions.includes("RunInstances"));
  });
});
