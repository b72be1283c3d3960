import assert from "node:assert/strict";
import { componentTypes } from "../../components/component-types";
import { bakedFields, deploy, only, waitsFor } from "../support/clouds";
import type { Recording } from "../support/monitor";
import { onEveryPlatform } from "./platforms";

onEveryPlatform("an image that the stack bakes", ({ cloud, compute, parts, service }) => {
  const build = (changes: object = {}) => service(bakedFields(cloud, compute, changes));
  /** The image's component and what is below it, which is one level. */
  const bakers = ({ resources }: Recording) => {
    const { urn } = only(resources, componentTypes.image);
    return resources.filter((resource) => resource.urn === urn || resource.parent === urn);
  };
  const tagOf = (recording: Recording) => String(only(recording.resources, componentTypes.image).inputs.recipe);
  const names = (recording: Recording) =>
    bakers(recording)
      .map(({ type, name }) => `${type} ${name}`)
      .sort();
  let baked: Recording;
  before(async () => {
    baked = await deploy(cloud, build());
  });

  it("owns everything that bakes it through one component below the service", () => {
    const image = only(baked.resources, componentTypes.image);
    assert.equal(image.parent, only(baked.resources, componentTypes.service).urn);
    assert.deepEqual(
      baked.resources.filter(
        ({ name, urn, parent }) => name.startsWith("bookstore-image-") && parent !== image.urn && urn !== image.urn,
      ),
      [],
    );
    assert.deepEqual(
      bakers(baked)
        .map(({ name }) => name)
        .filter((name) => name !== "bookstore-image" && !name.startsWith("bookstore-image-")),
      [],
    );
    for (const { name, inputs } of bakers(baked))
      assert.doesNotMatch(JSON.stringify({ ...inputs, __provider: "" }), /undefined|\[object|Calling \[to/, name);
  });

  it("creates nothing before the check of the account, which belongs to it", () => {
    const check = only(bakers(baked), "pulumi-nodejs:dynamic/immutable-service:AccountCheck");
    for (const one of bakers(baked))
      if (one !== check && !one.type.startsWith("immutable:"))
        assert.ok(waitsFor(baked.resources, one, check), `${one.type} ${one.name}`);
  });

  it("exposes no builder", () => {
    // A builder may have a public address for its egress; its security group admits nothing.
    assert.deepEqual(
      cloud
        .exposures(baked.resources)
        .filter((what) => !(what.includes("bookstore-image-") && what.endsWith("gives public addresses"))),
      [],
    );
    assert.deepEqual(
      bakers(baked)
        .filter(
          ({ type, inputs }) =>
            /IngressRule|SecurityGroupRule|KeyPair/.test(type) || JSON.stringify(inputs.ingress ?? []) !== "[]",
        )
        .map(({ name }) => name),
      [],
    );
  });

  it("is what the release starts from, once it is baked, and is an output", () => {
    const instance = only(baked.resources, parts.instance);
    const named = bakers(baked).filter(({ name }) => name.includes(tagOf(baked)));
    assert.ok(named.length > 0);
    assert.ok(named.some((resource) => waitsFor(baked.resources, instance, resource)));
    const [{ image, release }] = baked.result as [{ image: string; release: string }];
    assert.match(image, compute === "vm" ? /^(ami|m)-[0-9a-z]+$/ : /^[^\s@]+@sha256:[0-9a-f]{64}$/);
    assert.ok(JSON.stringify(instance.inputs).includes(image), "the instance is of another image");
    assert.ok(instance.name.includes(release));
  });

  it("has the same resources in a preview, which does not know the image", async () => {
    const urns = ({ resources }: Recording) => resources.map(({ urn }) => urn).sort();
    assert.deepEqual(urns(await deploy(cloud, build(), true)), urns(baked));
  });

  it("is not baked again for a change that is not part of the recipe", async () => {
    const same = await deploy(cloud, {
      ...build({ revision: "0123abc", source: "https://git.example.com/bookstore" }),
      version: "1.4.3",
      environment: { CATALOGUE: "autumn" },
    });
    assert.deepEqual(names(same), names(baked));
  });

  it("is deleted by no rule, unless the stack file says for how many days one stays, and only after the traffic split", async () => {
    const rules = ({ resources }: Recording) =>
      resources.filter(({ type }) => /Lifecycle(Policy|Rule)$|:ImageRetention$/.test(type) && !/efs|oss|s3/.test(type));
    assert.deepEqual(rules(baked), []);
    const kept = await deploy(cloud, build({ keep: 3 }));
    const [rule, ...more] = rules(kept);
    assert.ok(rule && more.length === 0);
    assert.deepEqual([rule.type.split(":").at(-1), rule.inputs.keep], ["ImageRetention", 3]);
    assert.ok(
      waitsFor(kept.resources, rule, only(kept.resources, "pulumi-nodejs:dynamic/immutable-service:TrafficRule")),
    );
    assert.deepEqual(names(kept), names(baked));
  });

  it("is marked as live by the release before anything has it, so that no rule of any stack deletes it", () => {
    const [mark, ...more] = baked.resources.filter(({ type }) => type.endsWith(":ImageMark"));
    assert.ok(mark && more.length === 0);
    const [{ image, release }] = baked.result as [{ image: string; release: string }];
    assert.deepEqual([mark.inputs.image, mark.inputs.tag], [image, `live-dev.${release}`]);
    assert.ok(waitsFor(baked.resources, only(baked.resources, parts.instance), mark));
  });

  it("is baked beside the one of the recipe before", async () => {
    const other = await deploy(
      cloud,
      build({ arguments: { base_for_secrets: "true", base_for_share: "true", MORE: "1" } }),
    );
    assert.notEqual(tagOf(other), tagOf(baked));
    const removed = names(baked).filter((name) => !names(other).includes(name));
    assert.ok(removed.some((name) => name.includes(tagOf(baked))));
    // A resource without the recipe's hash in its name is the service's, and stays.
    assert.deepEqual(
      removed.filter((name) => !/-[0-9a-f]{16}(-|$)/.test(name)),
      [],
    );
    assert.notEqual(only(other.resources, parts.serverGroup).name, only(baked.resources, parts.serverGroup).name);
  });
});
