/** Which URNs the command that bakes hands to the engine. */
import assert from "node:assert/strict";
import { imagesOf } from "../../bake/images";
import { type StateResource, targetsOf } from "../../bake/targets";
import type { Plan, PlannedResource } from "../../plan/contract";

const service = "urn:pulumi:dev::p::immutable:service:ImmutableService::box";
const image = "urn:pulumi:dev::p::immutable:service:ImmutableService$immutable:service:Image::box-image";
const inImage = (name: string) => `${image.slice(0, image.lastIndexOf("::"))}$a:b:C::${name}`;
const inService = (name: string) => `urn:pulumi:dev::p::immutable:service:ImmutableService$a:b:C::${name}`;
const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? "";

/** A plan that bakes recipe `two`, for a service that has a split and a group per release. */
const planned = (urn: string, parent: string | null, role: string): PlannedResource => ({
  urn,
  type: typeOf(urn),
  name: urn.split("::").at(-1) ?? "",
  role,
  parent,
  dependencies: [],
  inputs: {},
  ignoreChanges: [],
  replaceOnChanges: [],
});
const plan = {
  stack: "dev",
  services: [{ name: "box", bake: { recipe: "two" } }],
  resources: [
    planned(service, null, "service"),
    planned(image, service, "image"),
    planned(inImage("box-image-two"), image, "image"),
    planned(inImage("box-image-docker"), image, "image"),
    planned(inService("box-split"), service, "load balancer"),
  ],
} as unknown as Plan;

const there = (urn: string, parent: string, more: Partial<StateResource> = {}): StateResource => ({
  urn,
  type: typeOf(urn),
  parent,
  ...more,
});
const stack = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const components = [there(service, stack), there(image, service)];
const docker = there(inImage("box-image-docker"), image);
const old = there(inImage("box-image-one"), image, { provider: `${inImage("box-image-docker")}::id` });
const group = there(inService("box-one-group"), service, { dependencies: [inImage("box-image-one")] });
const split = there(inService("box-split"), service, {
  propertyDependencies: { actions: [inService("box-one-group")], none: null },
});
const all = [image, inImage("box-image-two"), inImage("box-image-docker")];

describe("what a bake brings up", () => {
  const targets = (state: readonly StateResource[], expected: readonly string[]) => {
    assert.deepEqual(targetsOf(plan, state), [...expected].sort());
  };

  it("is the image with everything below it, and in an empty stack its parent too", () => {
    targets([], [service, ...all]);
  });

  it("leaves the service as it is where there is one", () => {
    targets([...components, docker], all);
  });

  it("is only what is not there yet beside a release that runs on the last image", () => {
    const trigger = there(inService("box-one-trigger"), service, { dependencies: [inService("box-one-group")] });
    targets([...components, docker, old, group, trigger, split], [inImage("box-image-two")]);
    // The same while a release is left that never got traffic: an update failed.
    targets([...components, docker, old, group], [inImage("box-image-two")]);
  });

  it("is everything again when the release runs on this very image", () => {
    const current = there(inImage("box-image-two"), image, { provider: `${inImage("box-image-docker")}::id` });
    targets(
      [
        ...components,
        docker,
        current,
        there(inService("box-split"), service, { dependencies: [inImage("box-image-two")] }),
      ],
      all,
    );
  });

  it("takes an earlier recipe's out of the state once nothing needs it", () => {
    targets([...components, docker, old], [...all, inImage("box-image-one")]);
    const unused = there(inImage("box-image-zero"), image);
    targets([...components, docker, unused, old, group, split], [inImage("box-image-two"), inImage("box-image-zero")]);
  });

  it("is never nothing, with which pulumi would bring up everything", () => {
    const current = there(inImage("box-image-two"), image);
    const failed = there(inService("box-one-group"), service, {
      dependencies: [inImage("box-image-two"), inImage("box-image-docker")],
    });
    assert.throws(() => targetsOf(plan, [...components, docker, current, failed, split]), /run pulumi up first/);
  });

  it("leaves out what only something that is left out keeps", () => {
    const bucket = there(inImage("box-image-bucket"), image);
    targets(
      [...components, docker, bucket, { ...old, dependencies: [inImage("box-image-bucket")] }, group],
      [inImage("box-image-two")],
    );
  });
});

describe("what a bake tells", () => {
  const state = (...more: StateResource[]): StateResource[] => [
    there(service, stack),
    there(image, service, { outputs: { image: "repo@sha256:1" } }),
    docker,
    ...more,
  ];
  const baked = there(inImage("box-image-two"), image);

  it("is the reference that the state has for this recipe", () => {
    assert.deepEqual(imagesOf(plan, state(old, baked)), [{ service: "box", recipe: "two", image: "repo@sha256:1" }]);
  });

  for (const [what, unfinished] of Object.entries({ "an empty state": [], "a bake that did not finish": state(old) })) {
    it(`is no reference for ${what}`, () => {
      assert.equal(imagesOf(plan, unfinished)[0]?.image, null);
    });
  }
});
