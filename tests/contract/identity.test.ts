import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { componentTypes } from "../../components/component-types";
import { resolveService } from "../../components/resolve";
import { ImmutableService } from "../../components/service";
import type { ServiceArgs } from "../../components/stack-file/schema";
import { deploy, only, waitsFor } from "../support/clouds";
import { type Recording, run } from "../support/monitor";
import { onEveryPlatform } from "./platforms";

onEveryPlatform("the policies of the app's role", ({ cloud, parts, service }) => {
  const attachments = ({ resources }: Recording) =>
    resources.filter(({ type, name }) => /:RolePolicyAttachment$/.test(type) && /-policy-\w+$/.test(name));
  const withPolicies = (policyArns: ServiceArgs["policyArns"]): Promise<Recording> => {
    const here = cloud.make();
    return run(
      () => {
        const spec = resolveService({ ...service(), policyArns }, here);
        return new ImmutableService(spec.name, { cloud: here, spec }).outputs;
      },
      { outputsOf: cloud.outputsOf },
    );
  };

  it("are attached to it before the first instance starts", async () => {
    const [system, custom] = cloud.policies;
    const recording = await withPolicies([system, pulumi.output(custom)]);
    const { resources } = recording;
    const attached = attachments(recording);
    assert.equal(attached.length, 2);
    const identity = only(resources, componentTypes.identity, "bookstore-identity");
    const [{ roleName }] = [recording.result as { roleName: string }];
    for (const attachment of attached) {
      assert.equal(attachment.parent, identity.urn);
      assert.ok(JSON.stringify(attachment.inputs).includes(JSON.stringify(roleName)), "another role");
      assert.ok(waitsFor(resources, only(resources, parts.serverGroup), attachment), attachment.name);
    }
    for (const policy of [system, custom])
      assert.ok(
        attached.some(({ inputs }) => JSON.stringify(inputs).includes(policy.slice(policy.lastIndexOf("/") + 1))),
      );
  });

  it("keep their attachments when the list is in another order", async () => {
    const names = (recording: Recording) =>
      attachments(recording)
        .map(({ name, inputs }) => `${name} ${JSON.stringify(inputs)}`)
        .sort();
    const [first, second] = cloud.policies;
    assert.deepEqual(names(await withPolicies([second, first])), names(await withPolicies([first, second])));
    assert.equal(names(await withPolicies([second])).length, 1);
  });

  it("make no other release", async () => {
    const release = ({ result }: Recording) => (result as { release: string }).release;
    const [{ release: before }] = (await deploy(cloud, service())).result as [{ release: string }];
    assert.equal(release(await withPolicies([...cloud.policies])), before);
  });
});
