/** The stores of a service on Alibaba Cloud, on the real engine: what is in them is never lost by an update. */
import assert from "node:assert/strict";
import { AlicloudWorld } from "./support/alicloud-world";
import { DataStack, alicloudProgram } from "./support/data-program";
import { type DataCloud, type StoreNames, storeTests } from "./support/data-suite";

/** Reads the stores from the double. */
class AlicloudData implements DataCloud {
  constructor(private readonly double: AlicloudWorld["double"]) {}

  private get world() {
    return this.double.world;
  }

  fill(bucket: string, key: string, text: string): Promise<void> {
    const found = this.world.buckets.get(bucket) ?? assert.fail(bucket);
    for (const content of ["an older version", text]) found.put(key, Buffer.from(content));
    const initiated = new Date().toISOString();
    found.uploads.set("unfinished", { key, id: "unfinished", initiated, parts: new Map() });
    return Promise.resolve();
  }

  read(bucket: string, key: string): Promise<string | undefined> {
    return Promise.resolve(this.world.buckets.get(bucket)?.find(key)?.content?.toString("utf8"));
  }

  protections({ bucket, share, logs }: StoreNames): Promise<Record<string, unknown>> {
    const oss = this.world.buckets.get(bucket);
    const nas = this.world.nas.fileSystems.get(share);
    const sls = this.world.projects.get(logs);
    const settings = [...(oss?.configurations ?? [])].filter(([key]) => key !== "tagging").sort();
    const found: readonly (readonly [string, unknown])[] = [
      [bucket, oss && { acl: oss.acl, redundancy: oss.redundancy, settings }],
      [share, nas && { encryptType: nas.encryptType, recycleBin: nas.recycleBin?.days }],
      [logs, sls && { ttl: sls.stores.get("app")?.ttl, index: sls.indexes.get("app")?.line }],
    ];
    if (oss)
      assert.deepEqual(
        settings.map(([key]) => key),
        ["encryption", "lifecycle", "policy", "publicAccessBlock", "versioning"],
      );
    return Promise.resolve(Object.fromEntries(found.filter(([, value]) => value !== undefined)));
  }

  tags({ bucket, share, logs }: StoreNames): Promise<Record<string, Record<string, string>>> {
    const tagging = this.world.buckets.get(bucket)?.configurations.get("tagging") ?? "";
    const pairs = [...tagging.matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)</g)].map(([, key, value]) => [key, value]);
    return Promise.resolve({
      [bucket]: Object.fromEntries(pairs) as Record<string, string>,
      [share]: Object.fromEntries(this.world.nas.fileSystems.get(share)?.tags ?? []),
      [logs]: Object.fromEntries(this.world.projects.get(logs)?.tags ?? []),
    });
  }

  copyBucket({ bucket }: StoreNames): Promise<string> {
    const first = this.world.buckets.get(bucket) ?? assert.fail(bucket);
    const name = `${bucket.slice(0, -8)}00000000`;
    const configurations = new Map(first.configurations);
    const second = Object.assign(Object.create(Object.getPrototypeOf(first) as object) as typeof first, first);
    this.world.buckets.put(name, Object.assign(second, { name, configurations }));
    return Promise.resolve(name);
  }

  removeBucket(name: string): Promise<void> {
    this.world.buckets.remove(name);
    return Promise.resolve();
  }

  inventory(): Promise<string[]> {
    const { buckets, nas, projects, network } = this.world;
    return Promise.resolve([
      ...buckets.all().map(({ name }) => name),
      ...nas.fileSystems.all().map(({ id }) => id),
      ...nas.mountTargets.all().map(({ domain }) => domain),
      ...nas.accessGroups.all().map(({ name }) => name),
      ...projects.all().map(({ name }) => name),
      ...projects
        .all()
        .flatMap(({ machineGroups, configs }) =>
          [...machineGroups.all(), ...configs.all()].map((one) => JSON.stringify(one)),
        ),
      ...network.vpcs.all().map(({ id }) => id),
      ...network.vSwitches.all().map(({ id }) => id),
    ]);
  }
}

describe("engine: the stores of a service on Alibaba Cloud", () => {
  let world: AlicloudWorld | undefined;
  after(() => world?.close());

  storeTests(async (context) => {
    world = await AlicloudWorld.start(context, "cn-hangzhou");
    const settings = { "alicloud:region": "cn-hangzhou", "alicloud:accountType": "Domestic" };
    const stack = new DataStack(await world.run(settings), settings, alicloudProgram);
    return { stack, cloud: new AlicloudData(world.double) };
  });

  it("were created with requests that the models know", () => {
    assert.deepEqual(world?.double.invalidRequests, []);
  });
});
