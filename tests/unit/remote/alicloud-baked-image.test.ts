/** What a bake on Alibaba Cloud asks of the image that it starts from. */
import assert from "node:assert/strict";
import * as bake from "../../../components/clouds/alicloud/baked-image.remote";
import { simulatedClock } from "../../support/clock";
import { refusal, ScriptedApi } from "../../support/scripted-api";

describe("a machine image's bake on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();

  const base = (ImdsSupport: string) => ({
    Images: { Image: [{ ImageId: "m-base", Status: "Available", CreationTime: "", Features: { ImdsSupport } }] },
    TotalCount: 1,
  });
  const inputs = (): bake.Inputs => ({
    region: "cn-hangzhou",
    ecs: api.url,
    scaling: api.url,
    service: "books",
    recipe: "0123abcd",
    builderTag: "stack",
    instanceType: "ecs.u1-c1m2.large",
    vswitches: ["vsw-1", "vsw-2"],
    securityGroup: "sg-1",
    within: 1,
    baseImage: "m-base",
    description: "",
    tags: {},
    bucket: "archives",
    object: "tree.tar.gz",
    playbook: "",
    test: "",
  });

  it("launches nothing from an image whose metadata cannot require session tokens", async () => {
    api.reply = (action, { ImageId }) => (action === "DescribeImages" && ImageId === "m-base" ? base("v1") : {});
    await assert.rejects(bake.create(inputs()), /failed at its launch: .*m-base, .*Features\.ImdsSupport is v1/);
    assert.ok(!api.actions.includes("RunInstances"));
  });

  it("launches in the next zone where one has no disks of the category", async () => {
    api.reply = (action, { ImageId, VSwitchId }) => {
      if (action === "DescribeImages" && ImageId === "m-base") return base("v2");
      if (action !== "RunInstances") return {};
      return refusal(VSwitchId === "vsw-1" ? "InvalidSystemDiskCategory.ValueNotSupported" : "InvalidParameter");
    };
    await assert.rejects(bake.create(inputs()), /failed at its launch: .*InvalidParameter/);
    const launches = api.requests.filter(({ action }) => action === "RunInstances");
    assert.deepEqual(
      launches.map(({ fields }) => fields.VSwitchId),
      ["vsw-1", "vsw-2"],
    );
  });
});
