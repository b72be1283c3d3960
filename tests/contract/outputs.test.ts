import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { componentTypes } from "../../components/component-types";
import { resolveService } from "../../components/resolve";
import { ImmutableService } from "../../components/service";
import { deploy, newStack, only, trafficRuleType } from "../support/clouds";
import { type Recording, run } from "../support/monitor";
import { onEveryPlatform } from "./platforms";

onEveryPlatform("the outputs", ({ cloud, compute, service }) => {
  let up: Recording;
  let outputs: Record<string, unknown>;
  before(async () => {
    up = await deploy(cloud, service());
    [outputs] = up.result as [Record<string, unknown>];
  });

  it("are the component's registered outputs", () => {
    assert.deepEqual(up.registeredOutputs.get(only(up.resources, componentTypes.service).urn), outputs);
  });

  it("have address, version, release, image, files, logs and links", () => {
    assert.match(String(outputs.url), /^http:\/\/[a-z0-9.-]+$/);
    assert.equal(outputs.version, "1.4.2");
    assert.match(String(outputs.release), /^1-4-2-[0-9a-f]{6}$/);
    assert.equal(outputs.image, cloud.images[compute][0]);
    assert.match(String(outputs.files), /^bookstore-/);
    assert.match(String(outputs.logs), /bookstore/);
    for (const link of Object.values(outputs.links as Record<string, string>)) assert.match(link, /^https:\/\//);
  });

  it("have what other resources refer to: role, security group, load balancer, cluster, target group", () => {
    const idOf = (type: RegExp, ending: string) =>
      `${up.resources.find((one) => type.test(one.type) && one.name.endsWith(ending))?.name ?? "none"}-id`;
    assert.match(String(outputs.roleName), new RegExp(`^bookstore-${compute}-`));
    assert.ok(String(outputs.roleArn).endsWith(`role/${String(outputs.roleName)}`));
    assert.equal(outputs.securityGroupId, idOf(/:SecurityGroup$/, "-instances"));
    const { id, dnsName, zoneId } = outputs.loadBalancer as Record<string, string | undefined>;
    assert.ok(id);
    const onAws = cloud.make().name === "aws";
    // Alibaba Cloud's load balancers do not answer under their own names.
    if (onAws) assert.equal(outputs.url, `http://${dnsName ?? ""}`);
    else assert.match(String(outputs.url), /^http:\/\/203\.0\.113\.\d+$/);
    assert.equal(zoneId !== undefined, onAws);
    assert.equal(outputs.cluster !== undefined, onAws && compute === "container");
    const split = only(up.resources, trafficRuleType);
    assert.ok(JSON.stringify(split.inputs).includes(JSON.stringify(outputs.targetGroup)));
  });

  it("have the key of the releases' headers as a secret", async () => {
    let isSecret = false;
    const { error } = await run(
      async () => {
        const here = cloud.make();
        const { outputs: own } = new ImmutableService("books", {
          cloud: here,
          spec: resolveService(service(), here),
          last: newStack,
        });
        isSecret = await pulumi.isSecret(own.releaseKey);
      },
      { outputsOf: cloud.outputsOf },
    );
    assert.equal(error, undefined);
    assert.ok(isSecret);
  });

  it("are those of the release that serves, as the traffic split has read it", async () => {
    const releases = [{ id: "1-4-1-0a1b2c", version: "1.4.1", image: cloud.images[compute][1], weight: 100 }];
    const read = { url: "http://as-read.example.com", requested: {}, releases };
    const here = cloud.make();
    const { result } = await run(
      () => {
        const spec = resolveService(service(), here);
        return new ImmutableService(spec.name, { cloud: here, spec, last: newStack }).outputs;
      },
      {
        outputsOf: (resource) => ({
          ...cloud.outputsOf(resource),
          ...(resource.type === trafficRuleType ? { serving: read } : {}),
        }),
      },
    );
    const { url, version, release, image, deployed } = result as Record<string, unknown>;
    assert.deepEqual(
      { url, version, release, image },
      {
        url: read.url,
        version: "1.4.1",
        release: "1-4-1-0a1b2c",
        image: cloud.images[compute][1],
      },
    );
    assert.deepEqual((deployed as { releases: unknown }).releases, releases);
  });

  it("have an https address where the service has a certificate, and no files where it has none", async () => {
    const { result } = await deploy(cloud, service({ files: undefined, tls: { certificate: cloud.certificate } }));
    const [of] = result as [Record<string, unknown>];
    assert.match(String(of.url), /^https:/);
    assert.ok(!("files" in of));
  });
});

onEveryPlatform("the app's environment variables", ({ cloud, compute, service }) => {
  it("are the same on every platform", async () => {
    const { resources, result } = await deploy(cloud, service());
    const variables = cloud.variables(resources, compute);
    const [{ release, files }] = result as [{ release: string; files: string }];
    const {
      FILES_ENDPOINT = "",
      FILES_REGION,
      ...rest
    } = Object.fromEntries(
      // Where a secret is a file, the image's entrypoint puts it into its variable.
      Object.entries(variables).filter(([key, value]) => !key.startsWith("LOGS_") && value !== "/run/secrets/TOKEN"),
    );
    assert.deepEqual(rest, {
      CATALOGUE: "spring",
      FILES_BUCKET: files,
      KEEP_ALIVE_SECONDS: "75",
      PORT: "8080",
      SERVICE_NAME: "bookstore",
      SERVICE_RELEASE: release,
      SERVICE_VERSION: "1.4.2",
    });
    assert.match(FILES_ENDPOINT, /^https:\/\//);
    assert.equal(FILES_REGION, cloud.make().region);
  });

  it("name the folder of the shared file system", async () => {
    const { resources } = await deploy(cloud, service({ files: { share: { path: "/data" } } }));
    assert.equal(cloud.variables(resources, compute).FILES_PATH, "/data");
  });

  it("never have a secret's reference", async () => {
    const variables = cloud.variables((await deploy(cloud, service())).resources, compute);
    assert.ok(!("TOKEN" in variables));
    assert.ok(!Object.values(variables).some((value) => value.includes(cloud.secret)));
  });
});
