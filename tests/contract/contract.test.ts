import assert from "node:assert/strict";
import type { Feature } from "../../components/clouds/cloud";
import type { ServiceArgs } from "../../components/stack-file/schema";
import type { Compute } from "../../components/spec";
import {
  bakedFields,
  clouds,
  type CloudUnderTest,
  computes,
  deploy,
  gateType,
  imageType,
  only,
  type Parts,
  untagged,
  waitsFor,
  wholeService,
} from "../support/clouds";
import type { Recording, Registered } from "../support/monitor";

const component = "immutable:service:ImmutableService";

/** One suite, the same for every cloud on either compute. */
for (const [name, cloud] of Object.entries(clouds)) {
  for (const compute of computes) {
    describe(`${name}, ${compute}: an immutable service`, () => {
      promises(cloud, compute);
    });
  }
}

/** How a feature is asked for, the place that a refusal names, and what shows that it is there. */
interface Asking {
  readonly asks: Partial<ServiceArgs>;
  readonly at: string;
  readonly shows: (resources: readonly Registered[], parts: Parts) => boolean;
}

/** Every feature that a cloud may lack: a new one does not compile before it is asked for here. */
function asking(cloud: CloudUnderTest): Readonly<Record<Feature, Asking>> {
  const metric = (name: "cpu" | "memory" | "requests"): Asking => ({
    asks: { scaling: [{ metric: name, target: 60 }] },
    at: "scaling[0]",
    shows: (resources, parts) => only(resources, parts.metricTrigger, `-${name}`).name !== "",
  });
  const made = (resources: readonly Registered[], parts: Parts) =>
    JSON.stringify(only(resources, parts.instance).inputs);
  return {
    command: {
      asks: { command: ["bin/serve", "--quiet"] },
      at: "command",
      shows: (resources, parts) => made(resources, parts).includes("--quiet"),
    },
    "cpu trigger": metric("cpu"),
    "memory trigger": metric("memory"),
    "requests trigger": metric("requests"),
    "schedule trigger": {
      asks: { scaling: [{ schedule: "0 8 * * *", min: 2, max: 4 }] },
      at: "scaling[0]",
      shows: (resources, parts) => only(resources, parts.scheduleTrigger, "-schedule-1").name !== "",
    },
    "shared file system": {
      asks: { files: { share: {} } },
      at: "files.share",
      shows: (resources) => resources.some(({ type }) => /:(efs|nas)\/mountTarget:/.test(type)),
    },
    secrets: {
      asks: { secrets: { TOKEN: cloud.secret } },
      at: "secrets.TOKEN",
      shows: (resources) => JSON.stringify(resources.map(({ inputs }) => inputs)).includes(cloud.secret),
    },
  };
}

function promises(cloud: CloudUnderTest, compute: Compute): void {
  const parts = cloud.parts[compute];
  const service = (changes: Partial<ServiceArgs> = {}) => wholeService(cloud, compute, changes);
  const further = (changes: object = {}) => ({
    version: "1.4.1",
    image: cloud.images[compute][1],
    weight: 10,
    ...changes,
  });
  let up: Recording;
  before(async () => {
    up = await deploy(cloud, service());
  });

  it("owns every resource", () => {
    const owner = only(up.resources, component);
    assert.deepEqual(
      up.resources.filter(({ urn, parent }) => urn !== owner.urn && parent !== owner.urn).map(({ name }) => name),
      [],
    );
  });

  it("begins every name with its own", () => {
    assert.deepEqual(
      up.resources.filter(({ name }) => name !== "bookstore" && !name.startsWith("bookstore-")).map(({ name }) => name),
      [],
    );
  });

  it("stands beside another one without a clash", async () => {
    const { resources } = await deploy(cloud, [
      service(),
      service({ name: "bookstore-two" }),
      service({ name: "book" }),
    ]);
    assert.deepEqual(
      resources.map(({ urn }) => urn).filter((urn, index, all) => all.indexOf(urn) !== index),
      [],
    );
    // A resource that is given a name in the cloud would clash there, not here.
    const given = resources
      .map((resource) => [resource.type, cloud.nameInCloud(resource)])
      .filter(([, given_]) => given_ !== undefined)
      .map((one) => one.join(" "));
    assert.deepEqual(
      given.filter((one, index) => given.indexOf(one) !== index),
      [],
    );
  });

  it("is the same in a preview, where nothing is known yet", async () => {
    const preview = await deploy(cloud, service({ releases: [further()] }), true);
    const after = await deploy(cloud, service({ releases: [further()] }));
    assert.deepEqual(preview.resources.map(({ urn }) => urn).sort(), after.resources.map(({ urn }) => urn).sort());
  });

  it("tells no cloud an undefined value in a text", () => {
    for (const { name, inputs } of up.resources)
      assert.doesNotMatch(JSON.stringify({ ...inputs, __provider: "" }), /undefined|\[object|Calling \[to/, name);
  });

  it("has a trigger of every kind on every release", async () => {
    const { resources } = await deploy(cloud, service({ releases: [further()] }));
    const triggers = (type: string, ending: string) =>
      resources.filter((resource) => resource.type === type && resource.name.endsWith(ending)).length;
    assert.equal(triggers(parts.metricTrigger, "-cpu"), 2);
    assert.equal(triggers(parts.metricTrigger, "-requests"), 2);
    assert.equal(triggers(parts.scheduleTrigger, "-schedule-1"), 2);
  });

  for (const [feature, { asks, at, shows }] of Object.entries(asking(cloud)) as [Feature, Asking][]) {
    const capability = cloud.make().platforms[compute].capabilities[feature];
    if (capability.offered)
      it(`has what it asked for: ${feature}`, async () => {
        assert.ok(shows((await deploy(cloud, service(asks))).resources, parts));
      });
    else
      it(`says where and why there is none: ${feature}`, async () => {
        await assert.rejects(deploy(cloud, service(asks)), (error: Error) =>
          error.message.includes(`${at}: ${capability.because}`),
        );
      });
  }

  it("has no door", async () => {
    assert.deepEqual(cloud.doors(up.resources), []);
    const share = await deploy(
      cloud,
      service({
        files: { share: {} },
        network: { egress: "endpoints" },
        loadBalancer: { internal: true },
        tls: { certificate: cloud.certificate },
      }),
    );
    assert.deepEqual(cloud.doors(share.resources), []);
  });

  describe("in an update", () => {
    it("has a target group and its rule before the group, the group before its health, that before the gate, the gate before the split", () => {
      const { resources } = up;
      const [{ release }] = up.result as [{ release: string }];
      const order = [
        only(resources, parts.targetGroup, release),
        only(resources, parts.rule, "-header"),
        only(resources, parts.serverGroup),
        only(resources, parts.healthy),
        only(resources, gateType),
        only(resources, parts.rule, "-traffic-split"),
      ];
      order.slice(1).forEach((later, index) => {
        const earlier = order[index] ?? assert.fail();
        assert.ok(waitsFor(resources, later, earlier), `${later.name} does not wait for ${earlier.name}`);
      });
    });

    it("waits for the group itself where no gate asks", async () => {
      const { resources } = await deploy(cloud, service({ gate: { from: "none" } }));
      assert.ok(!resources.some(({ type }) => type === gateType));
      assert.ok(waitsFor(resources, only(resources, parts.rule, "-traffic-split"), only(resources, parts.healthy)));
    });

    it("splits only when every release has passed, by the weights", async () => {
      const { resources } = await deploy(cloud, service({ releases: [further()] }));
      const split = only(resources, parts.rule, "-traffic-split");
      const gates = resources.filter(({ type }) => type === gateType);
      assert.equal(gates.length, 2);
      for (const gate of gates) assert.ok(waitsFor(resources, split, gate), gate.name);
      assert.deepEqual(
        [...JSON.stringify(split.inputs).matchAll(/"weight":(\d+)/g)].map(([, weight]) => weight),
        ["90", "10"],
      );
    });
  });

  describe("the server group's name", () => {
    const group = async (changes: Partial<ServiceArgs>) => {
      const { resources } = await deploy(cloud, service(changes));
      return { name: only(resources, parts.serverGroup).name, instance: untagged(only(resources, parts.instance)) };
    };
    const shaping: Record<string, Partial<ServiceArgs>> = {
      "the version": { version: "1.4.3" },
      "the image": { image: cloud.images[compute][1] },
      "the port": { port: 9090 },
      "the size": { size: { cpu: 2, memoryGiB: 16 } },
      "the architecture": { architecture: "arm64" },
      "the disk": { disk: { sizeGiB: 40 } },
      "a variable": { environment: { CATALOGUE: "autumn" } },
      ...(cloud.make().platforms[compute].capabilities.secrets.offered ? { "no secret": { secrets: {} } } : {}),
      "no files": { files: undefined },
      "a share": { files: { share: {} } },
    };
    for (const [what, change] of Object.entries(shaping)) {
      it(`is another one with ${what}`, async () => {
        assert.notEqual((await group(change)).name, (await group({})).name);
      });
    }

    const else_: Record<string, Partial<ServiceArgs>> = {
      "another max": { instances: { min: 2, max: 12 } },
      "another min": { instances: { min: 3, max: 6 } },
      "other triggers": { scaling: [] },
      "another retention": { logs: { retentionDays: 90 } },
      "versions of files kept longer": { files: { keepVersions: 90 } },
      "another weight": { releases: [further({ weight: 50 })] },
      "another tag": { tags: { team: "books" } },
      "another gate": { gate: { answers: 9 } },
      "another health check": { health: { interval: 10, timeout: 3, healthyAfter: 30, unhealthyAfter: 30 } },
      "another idle time, and a longer drain": { loadBalancer: { idleTimeout: 120, drain: 90 } },
    };
    for (const [what, change] of Object.entries(else_)) {
      it(`stays with ${what}, and so does what an instance is made from`, async () => {
        const { resources } = await deploy(cloud, service(change));
        const before_ = await group({});
        const same =
          resources.find(({ type, name }) => type === parts.serverGroup && name === before_.name) ??
          assert.fail("the group has another name");
        const made =
          resources.find(
            ({ type, name }) => type === parts.instance && name.endsWith(same.name.slice("bookstore".length)),
          ) ?? assert.fail();
        assert.deepEqual(untagged(made), before_.instance);
      });
    }
  });

  describe("with an image that the stack bakes", () => {
    let baked: Recording;
    const build = (changes: object = {}) => service(bakedFields(cloud, compute, changes));
    /** The image's component and what is below it, which is one level. */
    const bakers = ({ resources }: Recording) => {
      const { urn } = only(resources, imageType);
      return resources.filter((resource) => resource.urn === urn || resource.parent === urn);
    };
    const tagOf = (recording: Recording) => String(only(recording.resources, imageType).inputs.recipe);
    const names = (recording: Recording) =>
      bakers(recording)
        .map(({ type, name }) => `${type} ${name}`)
        .sort();
    before(async () => {
      baked = await deploy(cloud, build());
    });

    it("owns all that bakes through one component, whose names begin with the image's", () => {
      const owner = only(baked.resources, component);
      const image = only(baked.resources, imageType);
      assert.equal(image.parent, owner.urn);
      assert.deepEqual(
        baked.resources
          .filter(({ urn, parent }) => urn !== owner.urn && parent !== owner.urn && parent !== image.urn)
          .map(({ name }) => name),
        [],
      );
      assert.deepEqual(
        bakers(baked)
          .filter(({ name }) => name !== "bookstore-image" && !name.startsWith("bookstore-image-"))
          .map(({ name }) => name),
        [],
      );
      // A builder may have an address of its own as its way out; nothing comes in by it.
      assert.deepEqual(
        cloud
          .doors(baked.resources)
          .filter((door) => !(door.includes("bookstore-image-") && door.endsWith("gives public addresses"))),
        [],
      );
      assert.deepEqual(
        bakers(baked)
          .filter(({ type, inputs }) => /IngressRule|SecurityGroupRule|KeyPair/.test(type) || "ingress" in inputs)
          .map(({ name }) => name),
        [],
      );
      for (const { name, inputs } of bakers(baked))
        assert.doesNotMatch(JSON.stringify({ ...inputs, __provider: "" }), /undefined|\[object|Calling \[to/, name);
    });

    it("makes the release of the image once it is baked, and outputs it", () => {
      const instance = only(baked.resources, parts.instance);
      const named = bakers(baked).filter(({ name }) => name.includes(tagOf(baked)));
      assert.ok(named.length > 0);
      assert.ok(named.some((resource) => waitsFor(baked.resources, instance, resource)));
      const [{ image, release }] = baked.result as [{ image: string; release: string }];
      assert.match(image, compute === "vm" ? /^(ami|m)-[0-9a-z]+$/ : /^[^\s@]+@sha256:[0-9a-f]{64}$/);
      assert.ok(JSON.stringify(instance.inputs).includes(image), "the instance is of another image");
      assert.ok(instance.name.endsWith(release) || instance.name.includes(release));
    });

    it("is the same in a preview, before any image is known", async () => {
      const preview = await deploy(cloud, build(), true);
      assert.deepEqual(preview.resources.map(({ urn }) => urn).sort(), baked.resources.map(({ urn }) => urn).sort());
    });

    it("bakes nothing anew for what is no part of the recipe", async () => {
      const same = await deploy(cloud, {
        ...build({ revision: "0123abc", source: "https://git.example.com/bookstore", keep: 3 }),
        version: "1.4.3",
        environment: { CATALOGUE: "autumn" },
      });
      assert.deepEqual(names(same), names(baked));
    });

    it("bakes another recipe beside the one before", async () => {
      const other = await deploy(cloud, build({ arguments: { MORE: "1" } }));
      const [before_, after] = [tagOf(baked), tagOf(other)];
      assert.notEqual(after, before_);
      const gone = names(baked).filter((name) => !names(other).includes(name));
      assert.ok(gone.some((name) => name.includes(before_)));
      // What does not carry the recipe in its name is the service's, and stays.
      assert.deepEqual(
        gone.filter((name) => !/-[0-9a-f]{16}(-|$)/.test(name)),
        [],
      );
      assert.notEqual(only(other.resources, parts.serverGroup).name, only(baked.resources, parts.serverGroup).name);
    });
  });

  it("outputs its address, version, release, files, logs and links, and registers them", () => {
    const [outputs] = up.result as [Record<string, unknown>];
    assert.deepEqual(Object.keys(outputs), ["url", "version", "release", "image", "files", "logs", "links"]);
    assert.match(String(outputs.url), /^http:\/\/[a-z0-9.-]+$/);
    assert.equal(outputs.version, "1.4.2");
    assert.match(String(outputs.release), /^1-4-2-[0-9a-f]{6}$/);
    assert.match(String(outputs.files), /^bookstore-/);
    assert.match(String(outputs.logs), /bookstore/);
    for (const link of Object.values(outputs.links as Record<string, string>)) assert.match(link, /^https:\/\//);
    assert.deepEqual(up.registeredOutputs.get(only(up.resources, component).urn), outputs);
  });

  it("has an address over https once there is a certificate, and no files unless asked for", async () => {
    const { result } = await deploy(cloud, service({ files: undefined, tls: { certificate: cloud.certificate } }));
    const [outputs] = result as [Record<string, unknown>];
    assert.match(String(outputs.url), /^https:/);
    assert.equal(outputs.files, undefined);
  });

  it("tells the app the same variables as everywhere", async () => {
    const told = cloud.variables(up.resources, compute);
    assert.deepEqual(
      Object.keys(told)
        .filter((key) => !key.startsWith("LOGS_"))
        .sort(),
      [
        "CATALOGUE",
        "FILES_BUCKET",
        "FILES_ENDPOINT",
        "FILES_REGION",
        "PORT",
        "SERVICE_NAME",
        "SERVICE_RELEASE",
        "SERVICE_VERSION",
      ],
    );
    const [{ release, files }] = up.result as [{ release: string; files: string }];
    const { CATALOGUE, FILES_BUCKET, PORT, SERVICE_NAME, SERVICE_RELEASE, SERVICE_VERSION } = told;
    assert.deepEqual(
      { CATALOGUE, FILES_BUCKET, PORT, SERVICE_NAME, SERVICE_RELEASE, SERVICE_VERSION },
      {
        CATALOGUE: "spring",
        FILES_BUCKET: files,
        PORT: "8080",
        SERVICE_NAME: "bookstore",
        SERVICE_RELEASE: release,
        SERVICE_VERSION: "1.4.2",
      },
    );
    assert.match(told.FILES_ENDPOINT ?? "", /^https:\/\//);
    const shared = cloud.variables(
      (await deploy(cloud, service({ files: { share: { path: "/data" } } }))).resources,
      compute,
    );
    assert.equal(shared.FILES_PATH, "/data");
  });

  it("never tells a secret's reference as a plain variable", () => {
    const told = cloud.variables(up.resources, compute);
    assert.ok(!("TOKEN" in told));
    assert.ok(!Object.values(told).some((value) => value.includes(cloud.secret)));
  });
}
