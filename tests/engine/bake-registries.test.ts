/**
 * The clouds' registries for baked container images: previews of whole services on the real engine and providers, and
 * ECR on an emulator.
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStackFile } from "../support/stack-file";
import { AlicloudWorld } from "./support/alicloud-world";
import { BakeStack } from "./support/bake-stack";
import { changed, noComplaints } from "./support/checks";
import { failures, plannedChanges } from "./support/engine-events";
import { StackRun } from "./support/stack";
import { findToolchain, needs, repository } from "./support/toolchain";
import { World } from "./support/world";

const from = `debian@sha256:${"1".repeat(64)}`;
/** The environment of a machine without a running Docker engine. */
const env = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };

/** The configuration of an example, with a build in place of its image. */
function example(name: string, build: object, more: object = {}): Record<string, unknown> {
  const config = readStackFile(
    readFileSync(join(repository, `examples/Pulumi.${name}.yaml`), "utf8").replace(
      /alicloud:region: ap-southeast-1/,
      "alicloud:region: cn-hangzhou",
    ),
  );
  const service = config["immutable-service:service"] as object;
  return {
    ...config,
    "immutable-service:service": {
      ...service,
      image: { build: { from, artifact: "images/app/target/app.war", ...build } },
      ...more,
    },
  };
}

/** Copies the project's recipe and writes an artifact to where the program looks for them. */
function withRecipe(run: StackRun): StackRun {
  for (const part of ["versions.json", "container"])
    cpSync(join(repository, "images", part), join(run.folder, "images", part), { recursive: true });
  mkdirSync(join(run.folder, "images/app/target"), { recursive: true });
  writeFileSync(join(run.folder, "images/app/target/app.war"), "an artifact");
  return run;
}

/** The planned steps on the image, with TAG for each hash. */
const image = (steps: string[]) =>
  steps
    .filter((step) => / \S+-image(-|$)/.test(step))
    .map((step) => step.replace(/ (\S+?)-image/, " NAME-image").replace(/[0-9a-f]{16}/, "TAG"));
const onBothClouds = [
  "create ImageMark NAME-image-mark",
  "create RegistryImageLookup NAME-image-app-TAG-registry-lookup",
  "create RegistryImageLookup NAME-image-base-TAG-registry-lookup",
  "create RegistryImage NAME-image-app-TAG",
  "create RegistryImage NAME-image-base-TAG",
];

describe("engine: previews of services whose container image is baked, without an account or a Docker engine", () => {
  it("on AWS plan a repository in ECR with its retention rule, both images and the whole service", async function () {
    const toolchain = needs(this, findToolchain());
    const run = withRecipe(
      await StackRun.create({
        toolchain,
        config: {
          ...example("aws-container", { keep: 5 }),
          "aws:skipCredentialsValidation": true,
          "aws:skipRequestingAccountId": true,
        },
      }),
    );
    try {
      const preview = await run.preview({ env });
      noComplaints(preview);
      const planned = changed(plannedChanges(preview));
      assert.deepEqual(
        image(planned).sort(),
        [
          ...onBothClouds,
          "create AccountCheck NAME-image-account",
          "create ImageRetention NAME-image-retention",
          "create Repository NAME-image",
        ].sort(),
      );
      assert.ok(planned.length > 25);
    } finally {
      run.remove();
    }
  });

  describe("on Alibaba Cloud", () => {
    const address = "books-registry.cn-hangzhou.cr.aliyuncs.com/team/bookstore";
    let world: AlicloudWorld;
    before(async function () {
      world = await AlicloudWorld.start(this, "cn-hangzhou");
    });
    after(async () => {
      await (world as AlicloudWorld | undefined)?.close();
    });

    for (const [registry, more, registrySteps] of [
      ["an existing repository", { alicloud: {} }, []],
      [
        "a new repository in an instance of Container Registry with its retention rule",
        { alicloud: { registry: "cri-0123456789abcdef" } },
        ["create AccountCheck NAME-image-account", "create RegistryEnterpriseRepo NAME-image"],
      ],
    ] as const) {
      it(`plan both images and the whole service with ${registry}`, async () => {
        const preview = await withRecipe(
          await world.run(example("alicloud-container", { repository: address, keep: 5 }, more)),
        ).preview({ env });
        noComplaints(preview);
        const planned = changed(plannedChanges(preview));
        assert.deepEqual(
          image(planned).sort(),
          [...onBothClouds, "create ImageRetention NAME-image-retention", ...registrySteps].sort(),
        );
        assert.ok(planned.length > 25);
      });
    }
  });
});

describe("engine: the repository in ECR of a service whose image is baked", () => {
  let world: World, stack: BakeStack;

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    stack = await BakeStack.create(needsToolchain(), { from, keep: 7 }, world.gateway.url);
    world.closing.push(() => {
      stack.remove();
    });
  });

  function needsToolchain() {
    const found = findToolchain();
    if (!found.found) throw new Error(found.reason);
    return found.tool;
  }

  interface RepositoryList {
    repositories: {
      repositoryName: string;
      imageTagMutability: string;
      imageScanningConfiguration: object;
      encryptionConfiguration: object;
    }[];
  }
  const callEcr = async <T>(action: string, body: object) =>
    (await world.emulator.json("ecr", `AmazonEC2ContainerRegistry_V20150921.${action}`, body)) as T;

  it("is created before the first push, with immutable tags", async () => {
    // The emulator has no registry behind its repositories, so the update fails at the registry lookup.
    const run = await stack.run.up({ expectFailure: true });
    // The first failure may keep the other look-up from being started.
    const failed = failures(run).map(({ name }) => name);
    assert.ok(failed.length > 0);
    for (const name of failed) assert.match(name, /^books-image-(app|base)-[0-9a-f]{16}-registry-lookup$/);
    assert.match(
      run.diagnostics.map(({ message }) => message).join("\n"),
      /registry 123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com .*neither built nor pushed/,
    );
    const {
      repositories: [ecrRepository],
    } = await callEcr<RepositoryList>("DescribeRepositories", {});
    assert.match(ecrRepository?.repositoryName ?? "", /^books-image-[0-9a-f]{7}$/);
    assert.deepEqual(
      [
        ecrRepository?.imageTagMutability,
        ecrRepository?.imageScanningConfiguration,
        ecrRepository?.encryptionConfiguration,
      ],
      ["IMMUTABLE", { scanOnPush: true }, { encryptionType: "AES256" }],
    );
  });

  it("remains when the stack is destroyed", async () => {
    await stack.run.destroy();
    assert.deepEqual((await stack.run.exportState()).deployment.resources ?? [], []);
    const {
      repositories: [ecrRepository],
    } = await callEcr<RepositoryList>("DescribeRepositories", {});
    assert.ok(ecrRepository);
  });
});
