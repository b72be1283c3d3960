/** Which URNs the command that bakes passes to the engine. */
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
  inputDependencies: {},
  ignoreChanges: [],
  replaceOnChanges: [],
  deletedWith: null,
  retainOnDelete: false,
  deleteBeforeReplace: false,
  customTimeouts: {},
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

const existing = (urn: string, parent: string, more: Partial<StateResource> = {}): StateResource => ({
  urn,
  type: typeOf(urn),
  parent,
  ...more,
});
const stack = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const components = [existing(service, stack), existing(image, service)];
const docker = existing(inImage("box-image-docker"), image);
const old = existing(inImage("box-image-one"), image, { provider: `${inImage("box-image-docker")}::id` });
const group = existing(inService("box-one-group"), service, { dependencies: [inImage("box-image-one")] });
const split = existing(inService("box-split"), service, {
  propertyDependencies: { actions: [inService("box-one-group")], none: null },
});
const all = [image, inImage("box-image-two"), inImage("box-image-docker")];

describe("the targets of a bake", () => {
  const targets = (state: readonly StateResource[], expected: readonly string[]) => {
    assert.deepEqual(targetsOf(plan, state), [...expected].sort());
  };

  it("are the image with everything below it, and in an empty stack its parent too", () => {
    targets([], [service, ...all]);
  });

  it("leave out a service that exists", () => {
    targets([...components, docker], all);
  });

  it("are only what does not exist yet, beside a release that runs on the previous image", () => {
    const trigger = existing(inService("box-one-trigger"), service, { dependencies: [inService("box-one-group")] });
    targets([...components, docker, old, group, trigger, split], [inImage("box-image-two")]);
    // The same while a release is left that never got traffic: an update failed.
    targets([...components, docker, old, group], [inImage("box-image-two")]);
  });

  it("are the whole image again when the release runs on it", () => {
    const current = existing(inImage("box-image-two"), image, { provider: `${inImage("box-image-docker")}::id` });
    targets(
      [
        ...components,
        docker,
        current,
        existing(inService("box-split"), service, { dependencies: [inImage("box-image-two")] }),
      ],
      all,
    );
  });

  it("include an earlier recipe's image, to remove it from the state, once nothing depends on it", () => {
    targets([...components, docker, old], [...all, inImage("box-image-one")]);
    const unused = existing(inImage("box-image-zero"), image);
    targets([...components, docker, unused, old, group, split], [inImage("box-image-two"), inImage("box-image-zero")]);
  });

  it("are never empty, with which pulumi would update everything", () => {
    const current = existing(inImage("box-image-two"), image);
    const failed = existing(inService("box-one-group"), service, {
      dependencies: [inImage("box-image-two"), inImage("box-image-docker")],
    });
    assert.throws(() => targetsOf(plan, [...components, docker, current, failed, split]), /run pulumi up first/);
  });

  it("leave out what only a resource depends on that is left out", () => {
    const bucket = existing(inImage("box-image-bucket"), image);
    targets(
      [...components, docker, bucket, { ...old, dependencies: [inImage("box-image-bucket")] }, group],
      [inImage("box-image-two")],
    );
  });
});

describe("the result of a bake", () => {
  const state = (...more: StateResource[]): StateResource[] => [
    existing(service, stack),
    existing(image, service, { outputs: { image: "repo@sha256:1" } }),
    docker,
    ...more,
  ];
  const baked = existing(inImage("box-image-two"), image);

  it("is the reference that the state has for this recipe", () => {
    assert.deepEqual(imagesOf(plan, state(old, baked)), [{ service: "box", recipe: "two", image: "repo@sha256:1" }]);
  });

  for (const [what, unfinished] of Object.entries({ "an empty state": [], "a bake that did not finish": state(old) })) {
    it(`is no reference for ${what}`, () => {
      assert.equal(imagesOf(plan, unfinished)[0]?.image, null);
    });
  }
});
