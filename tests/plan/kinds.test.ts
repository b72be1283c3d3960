/** What the plan says of each change of the stack file, there and back, against the kind of the change. */
import assert from "node:assert/strict";
import type { Compute } from "../../components/spec";
import type { Change } from "../../components/stack-file/change-kinds";
import { effectsOf, fieldChanges } from "../../components/stack-file/changes";
import type { ServiceArgs } from "../../components/stack-file/schema";
import type { Changes } from "../../plan/contract";
import { isRefused } from "../../plan/derive/changes";
import type { LiveCloud } from "../engine/live/live-cloud";
import { samples } from "../engine/live/samples";
import { type CloudUnderTest, clouds, computes } from "../support/clouds";
import { changesBetween, planned } from "./compared";

const directions: readonly {
  readonly which: "toggled" | "changed";
  readonly there: Change[];
  readonly back: Change[];
}[] = [
  { which: "toggled", there: ["on", "added"], back: ["off", "removed"] },
  { which: "changed", there: ["changed"], back: ["changed"] },
];

/** What a sample reads of a running service; here nothing runs. */
function sampled(cloud: CloudUnderTest, compute: Compute): LiveCloud {
  const image = (digit: string, of: Compute = compute) => cloud.images[of][0].replace(/(?<=@sha256:)a|.$/, digit);
  const service: ServiceArgs = {
    name: "bookstore",
    version: "1.4.2",
    compute,
    image: cloud.images[compute][0],
    instances: { min: 2, max: 6 },
    gate: { url: "http://gate.example.com" },
  };
  const ids =
    cloud === clouds.aws ? (id: string) => `subnet-0123456${id}` : (id: string) => `vsw-bp1a2b3c4d5e6f7g8h9${id}`;
  const vpc =
    cloud === clouds.aws ? (id: string) => `vpc-0123456${id}` : (id: string) => `vpc-bp1a2b3c4d5e6f7g8h9${id}`;
  return {
    platform: { cloud: cloud.make().name, compute },
    service,
    image,
    existing: {
      vpcId: vpc("a"),
      otherVpcId: vpc("b"),
      subnetIds: [ids("a"), ids("b"), ids("c")],
      publicSubnetIds: [ids("d"), ids("e"), ids("f")],
      securityGroupIds: cloud === clouds.aws ? ["sg-0123456a", "sg-0123456b"] : ["sg-bp1a2b3c", "sg-bp1a2b3d"],
    },
  } as unknown as LiveCloud;
}

/** Asserts that the plan does what the kinds say. */
function asTheKindsSay(path: string, change: Change, live: LiveCloud, changes: Changes): void {
  const kinds = effectsOf(path, change, live.platform)?.map(({ kind }) => kind) ?? [];
  const added = changes.services.flatMap(({ releases }) => releases).filter((release) => release.change === "added");
  const text = `${path} ${change} on ${JSON.stringify(live.platform)}: ${kinds.join(", ")}`;
  assert.equal(isRefused(changes), kinds.includes("refused"), text);
  if (kinds.includes("refused")) return;
  assert.equal(added.length > 0, kinds.includes("newRelease"), text);
  if (kinds.every((kind) => kind === "inPlace")) {
    assert.deepEqual(changes.replaced, [], text);
    const kept = changes.consequences.filter(({ kind }) => kind !== "dataDeleted");
    assert.deepEqual(kept, [], text);
  }
}

for (const [name, cloud] of Object.entries(clouds))
  for (const compute of computes)
    describe(`the plan of each change on ${name}, ${compute}`, () => {
      const live = sampled(cloud, compute);
      for (const [path, fields] of Object.entries(samples))
        for (const { which, there, back } of directions) {
          const sample = fields[which]?.(live);
          if (sample === undefined) continue;
          it(`is of the kinds of ${path}, ${which}`, async () => {
            const before = { ...live.service, ...sample.before };
            const after = { ...before, ...sample.after };
            const [from, to] = [await planned(cloud.make(), before), await planned(cloud.make(), after)];
            const of = (wanted: readonly Change[]) =>
              wanted.find((change) => change in (fieldChanges[path] ?? {})) ?? assert.fail(path);
            asTheKindsSay(path, of(there), live, changesBetween(from, to));
            asTheKindsSay(path, of(back), live, changesBetween(to, from));
          });
        }
    });
