/** A service on virtual machines on Alibaba Cloud whose image the stack bakes, and its recipe. */
import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceArgs } from "../../../components/spec";
import type { AlicloudDouble } from "../../../packages/alicloud-double/src";
import type { AlicloudWorld } from "./alicloud-world";
import { repository } from "./toolchain";
import type { ServiceStack } from "./world";

const from = "debian_12_9_x64_20G_alibase_20250117.vhd";
const artifact = "images/app/target/bookstore.war";

/** The image's build; the Maven mirror is an argument of the recipe, so that another one changes the recipe's hash. */
export function buildImage(mavenMirror = "https://maven.example.com", keep = 10): Pick<ServiceArgs, "image"> {
  return { image: { build: { from, artifact, arguments: { runtime_maven_central: mavenMirror }, keep } } };
}

/** The service, with `keep` as the retention rule's number of days. */
export function bakedService(name: string, keep = 10): ServiceArgs {
  return {
    name,
    compute: "vm",
    version: "1.0.0",
    ...buildImage(undefined, keep),
    instances: { min: 1, max: 1 },
    health: { startWithin: 10 },
    network: { egress: "nat" },
    loadBalancer: { drain: 0 },
  };
}

/** Flags of an update of the image only, for tests that do not need the rest of the service. */
export const imageOnly = [
  "--target",
  "**immutable:service:ImmutableService::**",
  "--target",
  "**immutable:service:Image**",
];

/** The configuration of a stack on a machine in a VPC of the region. */
const internalNames = { "alicloud:endpoints": [{ oss: "oss-cn-hangzhou-internal.aliyuncs.com" }] };

/** A stack with the service and its recipe, on a machine that reaches OSS under its internal names. */
export async function bakedStack(
  world: AlicloudWorld,
  name: string,
  config: Record<string, unknown> = internalNames,
): Promise<ServiceStack> {
  return withRecipe(await world.stack(bakedService(name), {}, config));
}

/** Writes the stack's recipe and the application's file beside its program. The image's test is replaced by a fake. */
export function withRecipe(stack: ServiceStack): ServiceStack {
  const { folder } = stack.run;
  for (const part of ["ansible", "container", "versions.json"])
    cpSync(join(repository, "images", part), join(folder, "images", part), { recursive: true });
  const test = join(folder, "images/ansible/test.sh");
  writeFileSync(test, '#!/bin/sh\necho "asked the machine"\n');
  chmodSync(test, 0o755);
  mkdirSync(join(folder, "images/app/target"), { recursive: true });
  writeFileSync(join(folder, artifact), "the application");
  return stack;
}

/** The day on which no release named the old images any more. */
const longAgo = "2026-01-02";

/**
 * Adds older copies of the only image, all but the last one long unnamed: `m-template`, which a launch template uses,
 * `m-configuration`, which a scaling configuration uses, `m-live`, which another stack has marked, `m-free`, and
 * `m-undated`, of which nobody has recorded a day. The returned function removes those that the retention rule must keep,
 * and their users.
 */
export function addOldImages({ world }: AlicloudDouble): () => void {
  const { images, snapshots } = world.machines.tables;
  const { launchTemplates } = world.network;
  const { configurations } = world.scaling;
  const [current] = images.all();
  assert.ok(current);
  const baked = [...current.tags].filter(([key]) => !key.startsWith("live-"));
  const more: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    "m-free": [["last-named", longAgo]],
    "m-template": [["last-named", longAgo]],
    "m-configuration": [["last-named", longAgo]],
    "m-live": [
      ["last-named", longAgo],
      ["live-another.1-0-0-0a1b2c", longAgo],
    ],
    "m-undated": [],
  };
  for (const [id, own] of Object.entries(more)) {
    const tags = new Map([...baked, ...own]);
    images.put(id, { ...current, id, name: id, snapshotId: `s-${id}`, created: "2026-01-02T03:04:05Z", tags });
    snapshots.put(`s-${id}`, { id: `s-${id}`, encrypted: true, created: current.created, tags: new Map() });
  }
  launchTemplates.put("lt-other", {
    id: "lt-other",
    name: "other",
    created: "",
    resourceGroupId: "",
    defaultVersion: 1,
    versions: [{ number: 1, description: "", created: "", data: { ImageId: "m-template" } }],
    tags: new Map(),
  });
  configurations.put("asc-other", {
    id: "asc-other",
    groupId: "asg-other",
    kind: "ECS",
    name: "other",
    created: "",
    settings: { ImageId: "m-configuration" },
  });
  return () => {
    for (const id of Object.keys(more)) {
      images.remove(id);
      snapshots.remove(`s-${id}`);
    }
    launchTemplates.remove("lt-other");
    configurations.remove("asc-other");
  };
}

/** The releases that have marked an image. */
export function marksOf(image: { readonly tags: ReadonlyMap<string, string> } | undefined): string[] {
  return [...(image?.tags.keys() ?? [])].flatMap((key) => /^live-.*?\.(.*)$/.exec(key)?.[1] ?? []);
}
