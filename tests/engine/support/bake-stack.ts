/**
 * A stack with nothing but a baked container image: the project's settings, checks and components with the recipe's app
 * on a small base.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ServiceArgs } from "../../../components/stack-file/schema";
import { docker, run } from "../traffic/process";
import { StackRun } from "./stack";
import { repository as project, type Toolchain } from "./toolchain";

const program = `
import * as pulumi from "@pulumi/pulumi";
import { aws } from "./components";
import { Image } from "./components/image";
import { resolveService } from "./components/resolve";
const cloud = aws({ region: new pulumi.Config("aws").require("region") });
const spec = resolveService(new pulumi.Config("immutable-service").requireObject("service"), cloud);
if (spec.build === undefined) throw new Error("there is nothing to bake");
export const image = new Image(spec.name, { cloud, spec, build: spec.build }).reference;
`;

const recipe: Readonly<Record<string, string>> = {
  "recipe/versions.json": '{ "tool_version": "7.1" }\n',
  "recipe/container/base/Dockerfile":
    'ARG OS\nFROM ${OS}\nARG TOOL_VERSION\nARG GREETING\nRUN echo "tool ${TOOL_VERSION}, ${GREETING}" > /base.txt\nARG SOURCE\nLABEL source="${SOURCE}"\nCMD ["cat", "/base.txt", "/opt/immutable-service/webapps/ROOT.war"]\n',
  "dist/app.txt": "first\n",
};

/** The fields of a stack file's build. */
export type Build = Partial<Extract<ServiceArgs["image"], { build: unknown }>["build"]>;

/** A stack with its own Docker configuration. */
export class BakeStack {
  private constructor(
    readonly run: StackRun,
    /** The folder in DOCKER_CONFIG. */
    readonly dockerConfig: string,
    private readonly build: Build,
  ) {}

  static async create(toolchain: Toolchain, build: Build, gatewayUrl?: string): Promise<BakeStack> {
    const folder = mkdtempSync(join(tmpdir(), "bake-program-"));
    const dockerConfig = mkdtempSync(join(tmpdir(), "bake-docker-"));
    try {
      for (const part of ["Pulumi.yaml", "package.json", "tsconfig.json", "components"])
        cpSync(join(project, part), join(folder, part), { recursive: true });
      writeFileSync(join(folder, "index.ts"), program);
      const stack = await StackRun.create({
        toolchain,
        ...(gatewayUrl === undefined ? {} : { gatewayUrl }),
        config: {},
        program: folder,
        env: {
          DOCKER_CONFIG: dockerConfig,
          DOCKER_HOST: undefined,
          DOCKER_CONTEXT: undefined,
          DOCKER_BUILDKIT: undefined,
        },
      });
      const baked = new BakeStack(stack, dockerConfig, {
        artifact: "dist/app.txt",
        folder: "recipe",
        arguments: { GREETING: "hello" },
        ...build,
      });
      cpSync(join(project, "images/container/app"), join(stack.folder, "recipe/container/app"), { recursive: true });
      for (const [path, content] of Object.entries(recipe)) baked.write(path, content);
      baked.set({});
      return baked;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Writes a file of the project. */
  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.run.folder, path)), { recursive: true });
    writeFileSync(join(this.run.folder, path), content);
  }

  /** Sets Docker's configuration; undefined removes it. */
  login(configuration: string | undefined): void {
    const file = join(this.dockerConfig, "config.json");
    if (configuration === undefined) rmSync(file, { force: true });
    else writeFileSync(file, configuration);
  }

  /** Writes the stack file. */
  set(change: Build, version = "1.0.0", more: Record<string, unknown> = {}): void {
    const service = { name: "books", version, compute: "container", image: { build: { ...this.build, ...change } } };
    this.run.configure({
      "aws:region": "us-east-1",
      "immutable-service:cloud": "aws",
      "immutable-service:service": service,
      ...more,
    });
  }

  remove(): void {
    this.run.remove();
    rmSync(this.dockerConfig, { recursive: true, force: true });
  }
}

/** Imports a minimal image to build on: this machine's sh and cat with their libraries. */
export async function importSystem(image: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "bake-root-"));
  try {
    const programs = ["/bin/sh", "/bin/cat"];
    const libraries = (await Promise.all(programs.map((file) => run("ldd", [file])))).flatMap(
      (output) => output.match(/\/\S+/g) ?? [],
    );
    for (const file of new Set([...programs, ...libraries])) cpSync(file, join(root, file), { dereference: true });
    await run("sh", ["-c", 'tar -C "$0" -c . | docker import -c "ENV PATH=/bin" - "$1"', root, image]);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Removes every image of a registry from the Docker engine. */
export async function forget(address: string): Promise<void> {
  const listed = await docker("image", "ls", "--all", "--digests", "--format", "{{.Repository}} {{.Tag}} {{.Digest}}");
  const names = listed
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([repository]) => repository?.startsWith(`${address}/`));
  const references = names.flatMap(([repository = "", tag, digest]) => [
    ...(tag === "<none>" ? [] : [`${repository}:${tag ?? ""}`]),
    ...(digest === "<none>" ? [] : [`${repository}@${digest ?? ""}`]),
  ]);
  for (const reference of new Set(references)) await docker("image", "rm", "--force", reference);
}
