import assert from "node:assert/strict";
import { componentTypes } from "../../components/component-types";
import { deploy, only } from "../support/clouds";
import { onEveryPlatform } from "./platforms";

const storeType = (name: string) => `pulumi-nodejs:dynamic/immutable-service:${name}`;

onEveryPlatform("the stores of a service", ({ cloud, service }) => {
  const files = async () => (await deploy(cloud, service({ files: { share: {} } }))).resources;

  it("are kept unless the stack file says otherwise", async () => {
    const resources = await files();
    for (const type of ["ObjectStore", "FileSystem", "LogStore"])
      assert.equal(only(resources, storeType(type)).inputs.whenRemoved, "keep", type);
  });

  it("keep what protects them: the engine deletes none of it on its own", async () => {
    const resources = await files();
    const node = only(resources, componentTypes.files);
    const protections = resources.filter(
      ({ parent, type }) => parent === node.urn && /:(Bucket[A-Z]\w+|BackupPolicy|FileSystemPolicy)$/.test(type),
    );
    assert.ok(protections.length >= 5, `${protections.length}`);
    const [bucket, share] = ["ObjectStore", "FileSystem"].map((type) => only(resources, storeType(type)).urn);
    for (const { type, name, deletedWith } of protections)
      assert.equal(deletedWith, name.endsWith("-share") ? share : bucket, `${type} ${name}`);
  });
});
