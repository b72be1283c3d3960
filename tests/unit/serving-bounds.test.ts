import assert from "node:assert/strict";
import type { Deployed, LastOutputs } from "../../components/last-outputs";
import { servingBounds } from "../../components/serving-bounds";

describe("the bounds of the release that serves", () => {
  const applied = { min: 2, max: 6 };
  const bounds = (release: string, outputs: object = { group: `group-${release}`, applied }) => {
    const type = "pulumi-nodejs:dynamic/immutable-service:Bounds";
    const urn = `urn:pulumi:dev::immutable-service::immutable:Service$${type}::books-${release}-bounds`;
    return { urn, type, outputs: { ...outputs } };
  };
  const deployed = (...weights: number[]): Deployed => ({
    format: 1,
    ...{
      service: "books",
      name: "books",
      cloud: "aws",
      region: "us-east-1",
      network: { cidr: "10.0.0.0/16" },
      internal: false,
    },
    ...{ digest: "", attempt: 0 },
    releases: weights.map((weight, index) => ({
      id: `1-0-${index}-aaaaaa`,
      version: `1.0.${index}`,
      image: "",
      weight,
    })),
  });
  const last = (releases: number[], ...resources: LastOutputs["resources"]): LastOutputs => ({
    deployed: deployed(...releases),
    resources,
  });

  it("are those of the release with most of the traffic", () => {
    assert.deepEqual(servingBounds("books", last([10, 90], bounds("1-0-0-aaaaaa"), bounds("1-0-1-aaaaaa"))), [
      { group: "group-1-0-1-aaaaaa", applied },
    ]);
  });

  it("are none where none serves, or nothing is recorded of it", () => {
    assert.deepEqual(servingBounds("books", undefined), []);
    assert.deepEqual(servingBounds("books", { deployed: undefined, resources: [bounds("1-0-0-aaaaaa")] }), []);
    assert.deepEqual(servingBounds("books", last([100])), []);
    assert.deepEqual(servingBounds("books", last([100], bounds("1-0-0-aaaaaa", { group: "group" }))), []);
    assert.deepEqual(servingBounds("other", last([100], bounds("1-0-0-aaaaaa"))), []);
  });
});
