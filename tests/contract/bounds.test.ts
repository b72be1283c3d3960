import assert from "node:assert/strict";
import { deploy, only } from "../support/clouds";
import { onEveryPlatform } from "./platforms";

const boundsType = "pulumi-nodejs:dynamic/immutable-service:Bounds";
const startSizeType = "pulumi-nodejs:dynamic/immutable-service:StartSize";

onEveryPlatform("the number of instances", ({ cloud, parts, service }) => {
  it("is healthy when as many are as a release starts with, not as few as its min", async () => {
    const { resources } = await deploy(cloud, service({ instances: { min: 2, max: 8, start: 6 } }));
    assert.equal(only(resources, parts.healthy).inputs.instances, 6);
  });

  it("has bounds that know what the schedules set", async () => {
    const day = { schedule: "0 8 * * *", min: 4, max: 12 };
    const metric = { metric: "cpu", target: 60 } as const;
    const settings = { instances: { min: 2, max: 8, start: 6 }, scaling: [metric, day] };
    const { resources } = await deploy(cloud, service(settings));
    const schedules = [{ ...day, timezone: "UTC" }];
    const bounds = only(resources, boundsType).inputs;
    assert.deepEqual({ min: bounds.min, max: bounds.max, schedules: bounds.schedules }, { min: 2, max: 8, schedules });
    const size = only(resources, startSizeType).inputs;
    assert.deepEqual({ start: size.start, schedules: size.schedules }, { start: 6, schedules });
  });
});
