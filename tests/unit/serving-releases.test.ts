import assert from "node:assert/strict";
import type { LastOutputs } from "../../components/last-outputs";
import { servingReleases } from "../../components/serving-releases";

describe("what the stack knows of the releases that serve", () => {
  const resource = (kind: string, outputs: object) => ({
    ...{ urn: `urn:${kind}`, type: `pulumi-nodejs:dynamic/immutable-service:${kind}` },
    outputs: { ...outputs },
  });
  const last = (...resources: LastOutputs["resources"]): LastOutputs => ({ deployed: undefined, resources });

  it("is the instances of each release, and the split that its rule had after the last successful update", () => {
    const known = last(
      resource("HealthyTargets", { targetGroup: "tg-1", group: "group-1", cluster: "cluster" }),
      resource("HealthyTargets", { targetGroup: "tg-2", group: "group-2" }),
      resource("TrafficRule", { rule: "rule-1", lastSplit: { "tg-1": 90, "tg-2": 10 } }),
      resource("TrafficRule", { rule: "another-service", lastSplit: { "tg-3": 100 } }),
    );
    assert.deepEqual(servingReleases(["rule-1"], known), {
      rules: ["rule-1"],
      lastSplit: { "tg-1": 90, "tg-2": 10 },
      servers: [
        { targetGroup: "tg-1", group: "group-1", cluster: "cluster" },
        { targetGroup: "tg-2", group: "group-2", cluster: "" },
      ],
    });
  });

  it("is nothing where nothing is recorded, or not whole", () => {
    const nothing = { rules: [], lastSplit: {}, servers: [] };
    assert.deepEqual(servingReleases([], undefined), nothing);
    const broken = last(resource("HealthyTargets", { group: "group" }), resource("TrafficRule", { rule: "rule-1" }));
    assert.deepEqual(servingReleases(["rule-1"], broken), { ...nothing, rules: ["rule-1"] });
  });
});
