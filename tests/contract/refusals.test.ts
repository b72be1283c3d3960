import assert from "node:assert/strict";
import type { Deployed } from "../../components/last-outputs";
import type { ServiceArgs } from "../../components/stack-file/schema";
import program from "../../index";
import { deploy, only, trafficRuleType } from "../support/clouds";
import { type Recording, run } from "../support/monitor";
import { asEngineConfig } from "../support/stack-file";
import { onEveryPlatform } from "./platforms";

onEveryPlatform("a change that would interrupt the release that serves", ({ cloud, service }) => {
  /** What the stack's outputs have once the whole service has been deployed. */
  const whole = async (): Promise<Deployed> => {
    const { requested } = only((await deploy(cloud, service())).resources, trafficRuleType).inputs;
    return { ...(requested as object), format: 1, releases: [] } as unknown as Deployed;
  };
  /** Runs the program itself in a stack with these outputs, or in a new one. */
  const update = (fields: Partial<ServiceArgs>, deployed?: Deployed): Promise<Recording> => {
    const { name, region } = cloud.make();
    const config = {
      "immutable-service:cloud": name,
      [`${name}:region`]: region,
      "immutable-service:service": service(fields),
    };
    const stack = { type: "pulumi:pulumi:Stack", outputs: { deployed } };
    const state = deployed && {
      "urn:pulumi:dev::immutable-service::pulumi:pulumi:Stack::immutable-service-dev": stack,
    };
    return run(program, { config: asEngineConfig(config), outputsOf: cloud.outputsOf, state });
  };
  const ids = (...numbers: number[]) =>
    numbers.map((number) => `${cloud.make().name === "aws" ? "subnet" : "vsw"}-${number}`);
  const changes: Record<string, Partial<ServiceArgs>> = {
    name: { name: "bookshop" },
    network: { network: { vpcId: "vpc-1", privateSubnetIds: ids(1, 2), publicSubnetIds: ids(3, 4) } },
    "network.cidr": { network: { cidr: "10.1.0.0/16" } },
    "loadBalancer.internal": { loadBalancer: { internal: true } },
  };

  for (const [path, change] of Object.entries(changes))
    it(`is refused before anything is registered: ${path}`, async () => {
      const { error, resources } = await update(change, await whole());
      assert.ok(error?.message.includes(`${path}: cannot change from `), error?.message ?? "the update was accepted");
      assert.deepEqual(resources, []);
    });

  it("is accepted before the first update has passed", async () => {
    const { error, resources } = await update(Object.assign({}, ...Object.values(changes)) as object);
    assert.equal(error, undefined);
    assert.ok(resources.length > 0);
  });

  it("is none where only a release changes", async () => {
    const { error } = await update({ version: "1.4.3", network: { zones: 3 } }, await whole());
    assert.equal(error, undefined);
  });
});

onEveryPlatform("a freeze that is in force", ({ cloud, service }) => {
  const update = (fields: Partial<ServiceArgs>): Promise<Recording> => {
    const { name, region } = cloud.make();
    const config = {
      "immutable-service:cloud": name,
      [`${name}:region`]: region,
      "immutable-service:service": service(fields),
    };
    return run(program, { config: asEngineConfig(config), outputsOf: cloud.outputsOf });
  };
  const freeze = [{ from: "2020-01-01", to: "2099-12-31", reason: "the whole century" }];

  it("refuses a first release before anything is registered", async () => {
    const { error, resources } = await update({ freeze });
    assert.match(error?.message ?? "", /^ {2}version: the release .* \(the whole century\); wait until then, or, /m);
    assert.deepEqual(resources, []);
  });

  it("lets an override pass, which the ledger gets", async () => {
    const { version } = service();
    const { error, resources } = await update({ freeze, freezeOverride: { version, reason: "a fix" } });
    assert.equal(error, undefined);
    const { releases, overrides } = only(resources, "pulumi-nodejs:dynamic/immutable-service:Ledger").inputs;
    const [{ id }] = releases as [{ id: string }];
    assert.deepEqual(overrides, { [id]: { reason: "a fix" } });
  });
});
