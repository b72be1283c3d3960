/** What container groups on Alibaba Cloud need beside what every platform promises. */
import assert from "node:assert/strict";
import { resolveService } from "../../components/resolve";
import type { ServiceArgs } from "../../components/stack-file/schema";
import { clouds, deploy, only, wholeService } from "../support/clouds";

interface Container {
  readonly image: string;
  readonly args?: readonly string[];
  readonly commands?: readonly string[];
  readonly environmentVars: readonly { readonly key: string; readonly value: string }[];
}

interface Configuration {
  readonly containerGroupName: string;
  readonly containers: readonly [Container];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly emptyDirVolumeMedium?: string }[];
  readonly acrRegistryInfos?: readonly { readonly domains: readonly string[] }[];
}

describe("container groups on Alibaba Cloud", () => {
  const cloud = clouds.alicloud;
  const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
  const configurationOf = async (changes: Partial<ServiceArgs> = {}) => {
    const { resources } = await deploy(cloud, wholeService(cloud, "container", changes));
    return only(resources, cloud.parts.container.instance).inputs as unknown as Configuration;
  };

  it("have names in lower case, whatever the version is", async () => {
    const { containerGroupName } = await configurationOf({ version: "1.4.2-RC1" });
    assert.match(containerGroupName, /^bookstore-1-4-2-rc1-[0-9a-f]{6}$/);
  });

  it("give a command in place of the image's own, and keep its entrypoint", async () => {
    const [{ args, commands }] = (await configurationOf({ command: ["serve", "--quiet"] })).containers;
    assert.deepEqual([args, commands], [["serve", "--quiet"], undefined]);
  });

  it("fetch secrets before the app starts, into memory, and give the app the paths of the files", async () => {
    const { initContainers = [], containers, volumes } = await configurationOf();
    const variables = ({ environmentVars }: Container) =>
      Object.fromEntries(environmentVars.map(({ key, value }) => [key, value]));
    const [init = assert.fail(), ...others] = initContainers;
    assert.deepEqual(others, []);
    assert.equal(variables(init).SECRET_TOKEN, cloud.secret);
    assert.equal(variables(containers[0]).TOKEN_FILE, "/run/secrets/TOKEN");
    assert.equal(volumes.find(({ name }) => name === "secrets")?.emptyDirVolumeMedium, "memory");
  });

  it("give the files of the secrets to the user that the app runs as", async () => {
    const { initContainers } = await configurationOf({ hardening: { user: "4711" } });
    assert.ok(
      initContainers?.[0]?.environmentVars.some(({ key, value }) => key === "SECRETS_USER" && value === "4711"),
    );
  });

  it("are those of another release with another image for the secrets, if there are secrets", () => {
    const id = (digit: string, changes: Partial<ServiceArgs> = {}) =>
      resolveService(
        wholeService(cloud, "container", {
          alicloud: { secretsImage: `registry-vpc.cn-hangzhou.aliyuncs.com/team/secrets@${digest(digit)}` },
          ...changes,
        }),
        cloud.make(),
      ).releases[0].id;
    assert.notEqual(id("e"), id("f"));
    assert.equal(id("e", { secrets: {} }), id("f", { secrets: {} }));
  });

  it("have no init container without secrets", async () => {
    const { initContainers, volumes } = await configurationOf({ secrets: {} });
    assert.deepEqual([initContainers, volumes], [undefined, []]);
  });

  it("are pulled without a secret from every custom domain that an image names, that of the secrets too", async () => {
    const alicloud = { registry: "cri-0123456789abcdef", secretsImage: `tools.example.com/secrets@${digest("e")}` };
    const image = `images.example.com/bookstore@${digest("a")}`;
    const { acrRegistryInfos } = await configurationOf({ alicloud, image });
    assert.deepEqual(acrRegistryInfos?.[0]?.domains, ["images.example.com", "tools.example.com"]);
  });
});
