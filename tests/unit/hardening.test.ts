import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recipeUse } from "../../components/baking/image-user";
import { hardeningOf } from "../../components/hardening";
import type { ServiceArgs } from "../../components/spec";
import { resolveService } from "../../components/resolve";
import { bakedFields, clouds, wholeService } from "../support/clouds";

describe("the hardening of a container", () => {
  const shapeOf = (cloud: keyof typeof clouds, changes: Partial<ServiceArgs>) =>
    resolveService(wholeService(clouds[cloud], "container", changes), clouds[cloud].make()).releases.map(
      ({ shape }) => shape.hardening,
    );
  const baked = (cloud: keyof typeof clouds) => bakedFields(clouds[cloud], "container");

  it("is what its recipe is made for, as far as the platform offers it", () => {
    assert.deepEqual(shapeOf("aws", baked("aws")), [{ readOnlyRoot: true, user: "1000:1000", dropCapabilities: true }]);
    assert.deepEqual(shapeOf("alicloud", baked("alicloud")), [
      { readOnlyRoot: true, user: "1000:1000", dropCapabilities: false },
    ]);
  });

  it("is off for other images, and for a release beside one that is baked", () => {
    assert.deepEqual(shapeOf("aws", {}), [undefined]);
    const [image] = clouds.aws.images.container;
    const releases = [{ version: "1.4.1", image, weight: 10 }];
    assert.deepEqual(shapeOf("aws", { ...baked("aws"), releases })[1], undefined);
  });

  it("is what the stack file says, field by field", () => {
    const hardening = { readOnlyRoot: false, user: "4711" };
    assert.deepEqual(shapeOf("aws", { ...baked("aws"), hardening }), [
      { readOnlyRoot: false, user: "4711", dropCapabilities: true },
    ]);
    assert.deepEqual(shapeOf("alicloud", { hardening: { readOnlyRoot: true } }), [
      { readOnlyRoot: true, user: undefined, dropCapabilities: false },
    ]);
    const { capabilities } = clouds.aws.make().platforms.container;
    assert.equal(hardeningOf({ readOnlyRoot: false, dropCapabilities: false }, undefined, capabilities), undefined);
  });

  const recipes: Record<string, [string, ReturnType<typeof recipeUse>]> = {
    "user and volume": ['USER 1000:1000\nVOLUME ["/tmp"]\n', { user: "1000:1000", isTmpVolume: true }],
    "the last stage's user": ["USER 7\nFROM x\nUSER 8\n", { user: "8", isTmpVolume: false }],
    "a named user": ["USER app\nVOLUME /tmp /data\n", { user: undefined, isTmpVolume: false }],
    root: ["USER 0\nVOLUME /tmp\n", { user: undefined, isTmpVolume: true }],
    "root after another user": ["USER 1000\nUSER root\n", { user: undefined, isTmpVolume: false }],
  };
  for (const [what, [text, use]] of Object.entries(recipes))
    it(`reads a recipe with ${what}`, () => {
      const root = mkdtempSync(join(tmpdir(), "recipe-"));
      try {
        mkdirSync(join(root, "images/container/base"), { recursive: true });
        writeFileSync(join(root, "images/container/base/Dockerfile"), `FROM debian\n${text}`);
        assert.deepEqual(recipeUse("images", root), use);
      } finally {
        rmSync(root, { recursive: true });
      }
    });
});
