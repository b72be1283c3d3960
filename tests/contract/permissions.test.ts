import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { resolveService } from "../../components/resolve";
import { ImmutableService } from "../../components/service";
import type { ServiceArgs } from "../../components/stack-file/schema";
import { only, waitsFor } from "../support/clouds";
import { type Recording, run } from "../support/monitor";
import { onEveryPlatform } from "./platforms";

onEveryPlatform("the app's permissions", ({ cloud, parts, service }) => {
  const withPermissions = (permissions: ServiceArgs["permissions"]): Promise<Recording> => {
    const here = cloud.make();
    return run(
      () => {
        const spec = resolveService({ ...service(), permissions }, here);
        return new ImmutableService(spec.name, { cloud: here, spec }).outputs;
      },
      { outputsOf: cloud.outputsOf },
    );
  };
  const grants = ({ resources }: Recording) =>
    resources.filter(
      ({ type, name }) => /:(RolePolicy|Policy|RolePolicyAttachment)$/.test(type) && /-permission-/.test(name),
    );
  const names = (recording: Recording) =>
    grants(recording)
      .map(({ type, name }) => `${type} ${name}`)
      .sort();
  const bucket = (name: string) =>
    cloud.policies[0].startsWith("arn:aws") ? `arn:aws:s3:::${name}/*` : `acs:oss:*:*:${name}/*`;
  const read = (name: string) => ({ actions: ["oss:GetObject"], resources: [bucket(name)] });

  it("are granted to its role before the first instance starts", async () => {
    const conditions = { StringEquals: { "acs:SourceVpc": "vpc-1" } };
    const recording = await withPermissions([{ ...read("reports"), conditions }]);
    const all = grants(recording);
    assert.ok(all.length > 0);
    assert.ok(all.some(({ inputs }) => JSON.stringify(inputs).includes(bucket("reports"))));
    assert.ok(all.some(({ inputs }) => JSON.stringify(inputs).includes("acs:SourceVpc")));
    const { roleName } = recording.result as { roleName: string };
    for (const grant of all.filter(({ type }) => !type.endsWith("/policy:Policy")))
      assert.ok(
        waitsFor(recording.resources, only(recording.resources, parts.serverGroup), grant),
        `${grant.name} may be later than an instance of ${roleName}`,
      );
  });

  it("are each a policy of their own, named by what it grants, so that none loses a right in place", async () => {
    const both = await withPermissions([read("a"), read("b")]);
    const first = await withPermissions([read("b")]);
    const other = await withPermissions([read("c")]);
    assert.equal(names(both).length, 2 * names(first).length);
    assert.ok(names(first).every((name) => names(both).includes(name)));
    assert.ok(names(other).every((name) => !names(both).includes(name)));
  });

  it("may have outputs of other resources, and are then named by their position", async () => {
    const output = { ...read("a"), resources: [pulumi.output(bucket("a"))] };
    const recording = await withPermissions([output, read("b"), output]);
    const numbers = new Set(names(recording).flatMap((name) => /-permission-(\d)\b/.exec(name)?.[1] ?? []));
    assert.deepEqual([...numbers].sort(), ["1", "2"]);
  });
});
