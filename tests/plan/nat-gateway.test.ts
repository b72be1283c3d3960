/**
 * Which NAT gateway a network keeps: the plan against a commit, and the engine with the stack's state, answer alike.
 */
import assert from "node:assert/strict";
import type { Changes } from "../../plan/contract";
import { committedProject, stackFile } from "./project";

describe("the NAT gateway of a network, in a plan against another commit", () => {
  const made = committedProject();

  const image = `registry-vpc.cn-hangzhou.aliyuncs.com/bookstore/app@sha256:${"a".repeat(64)}`;
  const onAlicloud = stackFile
    .replace("aws:region: us-east-1", "alicloud:region: cn-hangzhou")
    .replace("immutable-service:cloud: aws", "immutable-service:cloud: alicloud")
    .replace(/image: .*/, `image: ${image}`);
  const network = (text: string, egress: string, region: string, zones: string) => {
    const list = zones
      .split(" ")
      .map((zone) => `${region}${zone}`)
      .join(", ");
    return text.replace("    files: {}\n", `    network: {egress: ${egress}, zones: [${list}]}\n`);
  };
  const onAws = (zones: string) => network(stackFile, "nat", "us-east-1", zones);
  const inHangzhou = (egress: string, zones: string) => network(onAlicloud, egress, "cn-hangzhou-", zones);

  /** What changes from one stack file to another. */
  const changes = (before: string, after: string): Promise<Changes> => {
    made.project.write("Pulumi.dev.yaml", before);
    return made.project.changesAgainst(made.project.commit(), after);
  };
  const gateways = ({ created, deleted }: Changes) =>
    [created, deleted].map((some) => some.flatMap(({ name, type }) => (type.endsWith(":NatGateway") ? [name] : [])));
  const isRouteMoved = ({ changed }: Changes) => changed.some(({ name }) => name === "bookstore-default-route");
  const note = /^The plan takes (.*) to be the NAT gateway that stands now/;
  const takenFor = ({ notes }: Changes) => notes.flatMap((text) => note.exec(text)?.[1] ?? []);

  it("stays in its zone if it is the only one, and addresses change where that zone is removed", async () => {
    const added = await changes(onAws("b c"), onAws("a b c"));
    assert.deepEqual(gateways(added), [[], []]);
    assert.ok(added.created.some(({ name }) => name === "bookstore-public-us-east-1a"));
    assert.deepEqual(takenFor(added), []);
    const moved = await changes(onAws("b c"), onAws("a c"));
    assert.deepEqual(gateways(moved), [["bookstore-nat-us-east-1a"], ["bookstore-nat-us-east-1b"]]);
    const said = moved.consequences.filter(({ kind }) => kind === "address");
    assert.match(JSON.stringify(said), /the only NAT gateway was in one of them, those of all instances change/);
    assert.match(JSON.stringify(said), /bookstore-nat-us-east-1b/);
    assert.deepEqual(takenFor(moved), ["bookstore-nat-us-east-1b"]);
  });

  it("keeps the default route on Alibaba Cloud whatever gateways are added, and loses it with its zone", async () => {
    for (const [before, after] of [
      [inHangzhou("nat-per-zone", "h i"), inHangzhou("nat-per-zone", "b h i")],
      [inHangzhou("nat", "h i"), inHangzhou("nat-per-zone", "b h i")],
      [inHangzhou("nat-per-zone", "h i"), inHangzhou("nat", "b h i")],
    ] as const)
      assert.equal(isRouteMoved(await changes(before, after)), false);
    const moved = await changes(inHangzhou("nat-per-zone", "b h i"), inHangzhou("nat-per-zone", "h i"));
    assert.ok(isRouteMoved(moved));
    assert.deepEqual(takenFor(moved), ["bookstore-nat-cn-hangzhou-b"]);
  });
});
