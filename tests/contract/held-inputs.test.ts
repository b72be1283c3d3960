/** Environment values and secret references that are outputs of other resources, on every platform. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { releaseId } from "../../components/id";
import { resolveService } from "../../components/resolve";
import { ImmutableService } from "../../components/service";
import type { InstanceSpec, ServiceArgs } from "../../components/spec";
import { clouds, computes, only, wholeService } from "../support/clouds";
import { type Registered, run } from "../support/monitor";

const ledgerType = "pulumi-nodejs:dynamic/immutable-service:Ledger";
const heldType = "pulumi-nodejs:dynamic/immutable-service:HeldInputs";

type Check = (before: object, inputs: object) => Promise<{ inputs: object; failures: readonly object[] }>;
const evaluate = createRequire(require.resolve("@pulumi/pulumi"))("require-from-string") as (text: string) => {
  handler(): { check: Check };
};

for (const [name, cloud] of Object.entries(clouds)) {
  for (const compute of computes) {
    describe(`${name}, ${compute}: a release with values that are outputs`, () => {
      const withHost = (host: pulumi.Input<string>): ServiceArgs =>
        wholeService(cloud, compute, { environment: { CATALOGUE: "spring", DB_HOST: host } });

      async function deployed(host: () => pulumi.Input<string>): Promise<readonly Registered[]> {
        const here = cloud.make();
        const { resources, error } = await run(
          () => {
            const spec = resolveService(withHost(host()), here);
            new ImmutableService(spec.name, { cloud: here, spec });
          },
          { outputsOf: cloud.outputsOf },
        );
        if (error) throw error;
        return resources;
      }

      it("has an id that knows the name of such a value and not the value", () => {
        const idOf = (host: pulumi.Input<string>) => resolveService(withHost(host), cloud.make()).releases[0].id;
        assert.equal(idOf(pulumi.output("db-1")), idOf(pulumi.output("db-2")));
        assert.notEqual(idOf(pulumi.output("db-1")), idOf("db-1"));
      });

      it("holds the value in the first resource of the release, which the instances depend on", async () => {
        const resources = await deployed(() => pulumi.output("db-1.internal"));
        const held = only(resources, heldType);
        assert.deepEqual(held.inputs.values, { "environment.DB_HOST": "db-1.internal" });
        const template = only(resources, cloud.parts[compute].instance);
        assert.ok(template.dependencies.includes(held.urn), template.dependencies.join("\n"));
        const variables = cloud.variables(resources, compute);
        assert.deepEqual([variables.DB_HOST, variables.CATALOGUE], ["db-1.internal", "spring"]);
        const release = resources.filter(({ parent }) => parent === held.parent);
        assert.equal(release[0]?.urn, held.urn);
      });

      it("is in the ledger with the place of such a value in its shape, which still names it, and the value apart", async () => {
        const { inputs } = only(await deployed(() => pulumi.output("db-1.internal")), ledgerType);
        const [{ id, version, shape }] = inputs.releases as [{ id: string; version: string; shape: InstanceSpec }];
        assert.equal(releaseId(version, shape), id);
        assert.deepEqual(shape.environment, { CATALOGUE: "spring", DB_HOST: { output: true } });
        assert.deepEqual(inputs.liveValues, { [id]: { "environment.DB_HOST": "db-1.internal" } });
      });

      it("holds security groups of an existing network that are outputs, where instances can have them", () => {
        const network = () => ({ ...cloud.existingNetwork(), securityGroupIds: ["sg-1", pulumi.output("sg-2")] });
        const { offered } = cloud.make().platforms[compute].capabilities["security groups"];
        const resolved = () => resolveService(wholeService(cloud, compute, { network: network() }), cloud.make());
        if (offered) assert.deepEqual(resolved().releases[0].heldInputs, ["securityGroups[1]"]);
        else assert.throws(resolved, /network\.securityGroupIds/);
      });

      it("registers nothing to hold when every value is plain", async () => {
        const resources = await deployed(() => "db-1.internal");
        assert.deepEqual(
          resources.filter(({ type }) => type === heldType),
          [],
        );
      });

      it("refuses another value under the same id without printing it", async () => {
        const [held] = (await deployed(() => pulumi.output("db-1.internal"))).filter(({ type }) => type === heldType);
        const { check } = evaluate(String(held?.inputs.__provider)).handler();
        const recorded = { values: { "environment.DB_HOST": "db-1.internal" } };
        const failuresFor = async (values: unknown) => (await check(recorded, { values })).failures;
        assert.deepEqual(await failuresFor({ "environment.DB_HOST": "db-2.internal" }), [
          { property: "values", reason: "environment.DB_HOST has changed: give the release another version" },
        ]);
        assert.deepEqual(await failuresFor({ "environment.DB_HOST": "db-1.internal" }), []);
        // The engine's mark of a value that is not known before the update, alone or in place of the whole mapping.
        const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        assert.deepEqual(await failuresFor({ "environment.DB_HOST": unknown }), []);
        assert.deepEqual(await failuresFor(unknown), []);
        assert.deepEqual((await check({}, recorded)).failures, []);
      });
    });
  }
}
