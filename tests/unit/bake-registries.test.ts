/**
 * What each cloud's registry makes of a stack file's build: problems, what is registered, and the reference that the
 * release gets.
 */
import assert from "node:assert/strict";
import { alicloud, aws } from "../../components";
import type { Cloud } from "../../components/clouds/cloud";
import { imageName } from "../../components/id";
import { Image } from "../../components/image";
import { SettingsError } from "../../components/stack-file/problems";
import type { ServiceSpec } from "../../components/spec";
import { resolveService } from "../../components/resolve";
import { facts, type Recording, run } from "../support/monitor";

const clouds = { aws: aws({ ...facts, region: "us-east-1" }), alicloud: alicloud({ ...facts, region: "cn-hangzhou" }) };
const address = "books-registry.cn-hangzhou.cr.aliyuncs.com/team/bookstore";
const digest = `sha256:${"d".repeat(64)}`;

function resolve(cloud: Cloud, build: object, more: object = {}): ServiceSpec {
  const from = cloud.name === "aws" && "compute" in more ? "ami-0123456789abcdef0" : `debian@sha256:${"1".repeat(64)}`;
  // Any file will do for an artifact, and the project's own recipe is there.
  return resolveService(
    {
      name: "bookstore",
      version: "1.0.0",
      compute: "container",
      image: { build: { from, artifact: "package.json", ...build } },
      ...more,
    },
    cloud,
  );
}

function problem(cloud: Cloud, build: object, more: object = {}): string {
  try {
    resolve(cloud, build, more);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "";
}

function bake(cloud: Cloud, spec: ServiceSpec, options: { found?: string } = {}): Promise<Recording> {
  const { build } = spec;
  assert.ok(build);
  return run(() => new Image("bookstore", { cloud, spec, build }).reference, {
    outputsOf: ({ type, inputs }) => ({
      ...(type.startsWith("aws:ecr/")
        ? {
            repositoryUrl: "123456789012.dkr.ecr.us-east-1.amazonaws.com/bookstore-image-1a2b3c4",
            name: "bookstore-image-1a2b3c4",
          }
        : {}),
      ...(type.startsWith("docker:") ? { sha256Digest: digest } : {}),
      ...(type.endsWith(":RegistryImageLookup") ? { ...inputs, digest: options.found ?? "" } : {}),
    }),
  });
}

const types = ({ resources }: Recording) =>
  resources
    .map(({ type }) => type.split(":").at(-1) ?? "")
    .filter((type) => !["Stack", "Image", "docker", "RegistryImageLookup"].includes(type))
    .sort();

describe("the registry of a baked container image", () => {
  const refused: readonly (readonly [string, Cloud, object, object, RegExp])[] = [
    [
      "Alibaba Cloud without a repository",
      clouds.alicloud,
      {},
      {},
      /image\.build\.repository: is missing: give a repository of a Container Registry Enterprise Edition instance/,
    ],
    [
      "one elsewhere that instances without a way out cannot reach",
      clouds.alicloud,
      { repository: "registry.example.com/books" },
      { network: { egress: "endpoints" } },
      /image\.build\.repository: cannot be reached .* got "registry\.example\.com\/books"/,
    ],
    [
      "one of another region that instances without a way out cannot reach",
      clouds.alicloud,
      { repository: address.replace("hangzhou", "beijing") },
      { network: { egress: "endpoints" } },
      /image\.build\.repository: must be in cn-hangzhou/,
    ],
    [
      "an instance of Container Registry that the repository is not in",
      clouds.alicloud,
      { repository: "registry.example.com/books" },
      { alicloud: { registry: "cri-0123456789abcdef" } },
      /image\.build\.repository: must be a repository of a Container Registry/,
    ],
    [
      "an instance of Container Registry in the build, where it was before",
      clouds.aws,
      { registry: "cri-0123456789abcdef" },
      {},
      /image\.build\.registry: unknown field: give alicloud\.registry/,
    ],
    [
      "a repository for a machine image",
      clouds.aws,
      { repository: "registry.example.com/books" },
      { compute: "vm" },
      /image\.build\.repository: is for containers only/,
    ],
  ];
  for (const [what, cloud, build, more, message] of refused) {
    it(`cannot be ${what}`, () => {
      assert.match(problem(cloud, build, more), message);
    });
  }

  it("is a repository of the service's own on AWS, and none where one is given", async () => {
    const own = await bake(clouds.aws, resolve(clouds.aws, {}));
    assert.deepEqual(types(own), ["AccountCheck", "RegistryImage", "RegistryImage", "Repository"]);
    assert.equal(own.result, `123456789012.dkr.ecr.us-east-1.amazonaws.com/bookstore-image-1a2b3c4@${digest}`);
    const given = await bake(clouds.aws, resolve(clouds.aws, { repository: "registry.example.com/books" }));
    assert.deepEqual(
      [types(given), given.result],
      [["RegistryImage", "RegistryImage"], `registry.example.com/books@${digest}`],
    );
  });

  it("has no rule of the registry that deletes images, with keep neither: it would not know which ones run", async () => {
    const rules = async (cloud: Cloud, build: object, more: object) =>
      types(await bake(cloud, resolve(cloud, build, more))).filter((type) => /Lifecycle/.test(type));
    const registry = { alicloud: { registry: "cri-0123456789abcdef" } };
    assert.deepEqual(await rules(clouds.aws, { keep: 4 }, {}), []);
    assert.deepEqual(await rules(clouds.alicloud, { repository: address, keep: 4 }, registry), []);
  });

  it("lets the accounts of pullableBy pull, and nobody without it", async () => {
    const policy = async (build: object) =>
      (await bake(clouds.aws, resolve(clouds.aws, build))).resources.find(({ type }) =>
        type.endsWith(":RepositoryPolicy"),
      );
    assert.equal(await policy({}), undefined);
    const { inputs } = (await policy({ pullableBy: ["210987654321", "123456789012"] })) ?? {};
    const { Statement } = JSON.parse(String(inputs?.policy)) as { Statement: Record<string, unknown>[] };
    assert.deepEqual(
      Statement.map(({ Principal, Action }) => [Principal, Action]),
      [
        [
          { AWS: ["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:root"] },
          ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        ],
      ],
    );
  });

  it("is a repository with immutable tags in an instance of Container Registry", async () => {
    const { resources, result } = await bake(
      clouds.alicloud,
      resolve(clouds.alicloud, { repository: address, keep: 4 }, { alicloud: { registry: "cri-0123456789abcdef" } }),
    );
    const inputs = (type: string) => resources.find((resource) => resource.type.endsWith(`:${type}`))?.inputs;
    assert.deepEqual(inputs("RegistryEnterpriseRepo"), {
      instanceId: "cri-0123456789abcdef",
      namespace: "team",
      name: "bookstore",
      repoType: "PRIVATE",
      tagImmutability: true,
      summary: "images of bookstore",
    });
    assert.equal(result, `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/bookstore@${digest}`);
  });

  it("is reached from inside where instances have no internet access", async () => {
    const { result } = await bake(
      clouds.alicloud,
      resolve(clouds.alicloud, { repository: address }, { network: { egress: "endpoints" } }),
    );
    assert.equal(result, `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/bookstore@${digest}`);
  });

  it("makes a release of its own where another egress pulls it by another address", () => {
    const released = (egress: "nat" | "nat-per-zone" | "endpoints") =>
      resolve(clouds.alicloud, { repository: address }, { network: { egress } }).releases[0];
    const [open, closed] = [released("nat"), released("endpoints")];
    assert.notEqual(open.id, closed.id);
    assert.equal(released("nat-per-zone").id, open.id);
    assert.match(imageName(open.shape.image), / in books-registry\.cn-hangzhou\./);
    assert.match(imageName(closed.shape.image), / in books-registry-vpc\.cn-hangzhou\./);
  });

  it("gets both images by names that carry their recipes, the app on the base by its digest", async () => {
    const spec = resolve(clouds.aws, {
      repository: "registry.example.com/books",
      arguments: { MIRROR: "https://mirror.example.com" },
      revision: "0123abc",
    });
    const { resources } = await bake(clouds.aws, spec);
    const [base, app] = ["base", "app"].map((kind) =>
      resources.find(
        ({ name }) =>
          name === `bookstore-image-${kind}-${(kind === "base" ? spec.build?.baseTag : spec.build?.tag) ?? ""}`,
      ),
    );
    const built = (of: typeof base) => of?.inputs.build as { platform: string; buildArgs: Record<string, string> };
    assert.deepEqual(
      [base?.inputs.name, app?.inputs.name],
      [
        `registry.example.com/books:base-${spec.build?.baseTag ?? ""}`,
        `registry.example.com/books:${spec.build?.tag ?? ""}`,
      ],
    );
    assert.deepEqual(
      [base?.ignoreChanges, app?.ignoreChanges, base?.inputs.keepRemotely, app?.inputs.keepRemotely],
      [["build"], ["build"], true, true],
    );
    const { OS, TOMCAT_VERSION, MIRROR } = built(base).buildArgs;
    assert.deepEqual(
      [OS, TOMCAT_VERSION !== undefined, MIRROR, built(base).platform],
      [spec.build?.recipe.from, true, "https://mirror.example.com", "linux/amd64"],
    );
    assert.deepEqual(built(app).buildArgs, {
      MIRROR: "https://mirror.example.com",
      SOURCE: "",
      REVISION: "0123abc",
      VERSION: "1.0.0",
      BASE: `registry.example.com/books@${digest}`,
      WAR: "package.json",
    });
  });

  it("is told of no password", async () => {
    const { resources } = await bake(clouds.aws, resolve(clouds.aws, { repository: "registry.example.com/books" }));
    const provider = resources.find(({ type }) => type === "pulumi:providers:docker");
    const [login] = provider?.inputs.registryAuth as Record<string, unknown>[];
    assert.equal(login?.address, "registry.example.com");
    assert.deepEqual(
      Object.keys(login).filter((key) => !["address", "configFileContent"].includes(key)),
      [],
    );
    assert.ok(login.configFileContent === undefined || login.configFileContent === "{}");
  });

  it("is asked for what it has, which is then taken as it is", async () => {
    const found = `sha256:${"f".repeat(64)}`;
    const { resources } = await bake(clouds.aws, resolve(clouds.aws, { repository: "registry.example.com/books" }), {
      found,
    });
    const builds = resources
      .filter(({ type }) => type.endsWith(":RegistryImage"))
      .map(({ inputs }) => inputs.build as { dockerfile: string; buildArgs: object });
    assert.deepEqual(
      builds.map(({ dockerfile, buildArgs }) => [dockerfile, buildArgs]),
      Array.from({ length: 2 }, () => ["existing.Dockerfile", { IMAGE: `registry.example.com/books@${found}` }]),
    );
  });
});
