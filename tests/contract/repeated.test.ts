/** Which inputs of a dynamic resource make an update run its code again, as its provider's process compares them. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { deploy, gateType, headerRuleType, only, trafficRuleType } from "../support/clouds";
import { onEveryPlatform } from "./platforms";

type Diff = (id: string, before: object, inputs: object) => Promise<{ changes: boolean; replaces: readonly string[] }>;
const evaluate = createRequire(require.resolve("@pulumi/pulumi"))("require-from-string") as (text: string) => {
  handler(): { diff: Diff };
};
const dynamic = (name: string) => `pulumi-nodejs:dynamic/immutable-service:${name}`;

/** The inputs that replace a resource, and those that update it, by what they are for. */
const repeated: Record<string, { type: string; replaces: readonly string[]; updates: readonly string[] }> = {
  "waits for another group's instances, and for no one's again": {
    type: dynamic("HealthyTargets"),
    replaces: ["group"],
    updates: [],
  },
  "checks another group, and none again at another address": { type: gateType, replaces: ["group"], updates: [] },
  "reads and sets the traffic split for every change of what the program asks for": {
    type: trafficRuleType,
    replaces: ["listener"],
    updates: ["shares", "url", "requested"],
  },
  "records each change of what the program asks for, and each attempt": {
    type: dynamic("Intent"),
    replaces: ["renewal"],
    updates: ["digest", "attempt"],
  },
  "applies other bounds and schedules": {
    type: dynamic("Bounds"),
    replaces: ["group"],
    updates: ["min", "max", "schedules", "heldFor"],
  },
  "moves a header rule to another listener": { type: headerRuleType, replaces: ["listener"], updates: ["targetGroup"] },
};
/** Inputs that have an effect on one cloud, and none on what serves. */
const minor = ["tags", "drain"];

onEveryPlatform("an update", ({ cloud, service }) => {
  for (const [what, { type, replaces, updates }] of Object.entries(repeated))
    it(what, async () => {
      const { inputs } = only((await deploy(cloud, service())).resources, type);
      const { diff } = evaluate(String(inputs.__provider)).handler();
      const names = Object.keys(inputs).filter((name) => name !== "__provider" && !minor.includes(name));
      const results = await Promise.all(
        names.map(async (name) => ({ name, ...(await diff("id", inputs, { ...inputs, [name]: "another" })) })),
      );
      const found = (wanted: (result: (typeof results)[number]) => boolean) =>
        results
          .filter(wanted)
          .map(({ name }) => name)
          .sort();
      assert.deepEqual(
        found((one) => one.replaces.length > 0),
        [...replaces].sort(),
      );
      assert.deepEqual(
        found((one) => one.changes && one.replaces.length === 0),
        [...updates].sort(),
      );
    });
});
