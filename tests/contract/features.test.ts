import assert from "node:assert/strict";
import type { Feature } from "../../components/clouds/cloud";
import type { ServiceArgs } from "../../components/stack-file/schema";
import { deploy, only, type CloudUnderTest, type Parts } from "../support/clouds";
import type { Registered } from "../support/monitor";
import { onEveryPlatform } from "./platforms";

/** A feature as a stack file asks for it. */
interface Request {
  readonly asks: Partial<ServiceArgs>;
  /** The place in the stack file that a refusal names. */
  readonly at: string;
  /** Whether the resources have the feature. */
  readonly shows: (resources: readonly Registered[], parts: Parts) => boolean;
}

/** Every feature that a platform may lack: a new one does not compile before it is asked for here. */
function requests(cloud: CloudUnderTest): Readonly<Record<Feature, Request>> {
  const metric = (name: "cpu" | "memory" | "requests"): Request => ({
    asks: { scaling: [{ metric: name, target: 60 }] },
    at: "scaling[0]",
    shows: (resources, parts) => only(resources, parts.metricTrigger, `-${name}`).name !== "",
  });
  const template = (resources: readonly Registered[], parts: Parts) =>
    JSON.stringify(only(resources, parts.instance).inputs);
  return {
    command: {
      asks: { command: ["bin/serve", "--quiet"] },
      at: "command",
      shows: (resources, parts) => template(resources, parts).includes("--quiet"),
    },
    "cpu trigger": metric("cpu"),
    "memory trigger": metric("memory"),
    "requests trigger": metric("requests"),
    "schedule trigger": {
      asks: { scaling: [{ schedule: "0 8 * * *", min: 2, max: 4 }] },
      at: "scaling[0]",
      shows: (resources, parts) => only(resources, parts.scheduleTrigger).name.includes("-schedule-"),
    },
    "shared file system": {
      asks: { files: { share: {} } },
      at: "files.share",
      shows: (resources) => resources.some(({ type }) => /:MountTarget$/.test(type)),
    },
    "read-only root": {
      asks: { hardening: { readOnlyRoot: true } },
      at: "hardening.readOnlyRoot",
      shows: (resources, parts) => {
        const { volumes, containers, containerDefinitions } = only(resources, parts.instance).inputs;
        const [container] = (containers ?? JSON.parse(String(containerDefinitions))) as Record<string, unknown>[];
        const { readonlyRootFilesystem, securityContextReadOnlyRootFileSystem, ...rest } = container ?? {};
        assert.match(JSON.stringify(rest), /"(containerPath|mountPath)":"\/tmp"/);
        assert.ok((volumes as { name: string }[]).some(({ name }) => name === "tmp"));
        return (readonlyRootFilesystem ?? securityContextReadOnlyRootFileSystem) === true;
      },
    },
    user: {
      asks: { hardening: { user: "4711" } },
      at: "hardening.user",
      shows: (resources, parts) => /"(user|securityContextRunAsUser)\\?":\\?"?4711/.test(template(resources, parts)),
    },
    "dropped capabilities": {
      asks: { hardening: { dropCapabilities: true } },
      at: "hardening.dropCapabilities",
      shows: (resources, parts) => template(resources, parts).includes(JSON.stringify('"drop":["ALL"]').slice(1, -1)),
    },
    "security groups": {
      asks: { network: cloud.existingNetwork("sg-0123", "sg-4567") },
      at: "network.securityGroupIds",
      shows: (resources, parts) =>
        resources.some(
          ({ type, inputs }) =>
            (type === parts.instance || type === parts.serverGroup) && /sg-0123.*sg-4567/.test(JSON.stringify(inputs)),
        ),
    },
    secrets: {
      asks: { secrets: { TOKEN: cloud.secret } },
      at: "secrets.TOKEN",
      shows: (resources) => JSON.stringify(resources.map(({ inputs }) => inputs)).includes(cloud.secret),
    },
  };
}

onEveryPlatform("its features", ({ cloud, compute, parts, service, further }) => {
  for (const [feature, { asks, at, shows }] of Object.entries(requests(cloud)) as [Feature, Request][]) {
    const capability = cloud.make().platforms[compute].capabilities[feature];
    if (capability.offered)
      it(`offers this feature: ${feature}`, async () => {
        assert.ok(shows((await deploy(cloud, service(asks))).resources, parts));
      });
    else
      it(`refuses this feature at its place, and says why: ${feature}`, async () => {
        await assert.rejects(deploy(cloud, service(asks)), (error: Error) =>
          error.message.includes(`${at}: ${capability.because}`),
        );
      });
  }

  it("has a trigger of every kind on every release", async () => {
    const { resources } = await deploy(cloud, service({ releases: [further()] }));
    const triggers = (type: string, ending: string) =>
      resources.filter((resource) => resource.type === type && resource.name.endsWith(ending)).length;
    assert.equal(triggers(parts.metricTrigger, "-cpu"), 2);
    assert.equal(triggers(parts.metricTrigger, "-requests"), 2);
    assert.equal(triggers(parts.scheduleTrigger, ""), 2);
  });

  it("keeps the name of a schedule that moves to other days, and names two at one time of day apart", async () => {
    const names = async (...schedules: string[]) => {
      const scaling = schedules.map((schedule) => ({ schedule, min: 2, max: 4 }));
      const { resources } = await deploy(cloud, service({ scaling }));
      return resources.filter(({ type }) => type === parts.scheduleTrigger).map(({ name }) => name);
    };
    assert.deepEqual(await names("0 8 * * MON-FRI"), await names("0 8 * * *"));
    assert.equal(new Set(await names("0 8 * * MON-FRI", "0 8 * * SAT")).size, 2);
  });

  it("deletes its triggers itself: on Alibaba Cloud, scheduled tasks and alarms outlive their group", async () => {
    const { resources } = await deploy(cloud, service());
    const triggers = resources.filter(({ type }) => [parts.metricTrigger, parts.scheduleTrigger].includes(type));
    assert.ok(triggers.length > 2);
    for (const { name, deletedWith } of triggers) assert.equal(deletedWith, null, name);
  });

  it("exposes nothing but the load balancer, and encrypts all storage", async () => {
    assert.deepEqual(cloud.exposures((await deploy(cloud, service())).resources), []);
    const internal = await deploy(
      cloud,
      service({
        files: { share: {} },
        network: { egress: "endpoints" },
        loadBalancer: { internal: true },
        tls: { certificate: cloud.certificate },
      }),
    );
    assert.deepEqual(cloud.exposures(internal.resources), []);
  });
});
