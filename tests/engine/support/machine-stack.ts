/** A stack that bakes a machine image from its own recipe: the whole service, or only the image. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ServiceArgs } from "../../../components/spec";
import { StackRun } from "./stack";
import { repository, type Toolchain } from "./toolchain";

/** A machine image that exists in the emulator. */
export const parentImage = "ami-0abcdef1234567890";

const imageAlone = `
import * as pulumi from "@pulumi/pulumi";
import { aws } from "./components";
import { Image } from "./components/image";
import { resolveService } from "./components/resolve";
const cloud = aws({ region: new pulumi.Config("aws").require("region") });
const spec = resolveService(new pulumi.Config("immutable-service").requireObject("service"), cloud);
if (spec.build === undefined) throw new Error("there is nothing to bake");
export const image = new Image(spec.name, { cloud, spec, build: spec.build }).reference;
`;

/** What a stack is created with. */
export interface MachineStackOptions {
  readonly toolchain: Toolchain;
  /** @default none, for previews without an account */
  readonly gatewayUrl?: string;
  /** The address of Image Builder's double. */
  readonly imageBuilder?: string;
  readonly program: "service" | "image";
  readonly service?: Partial<ServiceArgs>;
  readonly config?: Record<string, unknown>;
}

/** A stack with the project's Ansible tree and a text file as its artifact. */
export class MachineStack {
  private constructor(readonly run: StackRun) {}

  static async create({
    toolchain,
    gatewayUrl,
    imageBuilder,
    program,
    service = {},
    config = {},
  }: MachineStackOptions): Promise<MachineStack> {
    const folder = mkdtempSync(join(tmpdir(), "machine-program-"));
    try {
      for (const part of ["Pulumi.yaml", "package.json", "tsconfig.json", "index.ts", "components"])
        cpSync(join(repository, part), join(folder, part), { recursive: true });
      if (program === "image") writeFileSync(join(folder, "index.ts"), imageAlone);
      const env = imageBuilder === undefined ? {} : { AWS_ENDPOINT_URL_IMAGEBUILDER: imageBuilder };
      const build = {
        from: parentImage,
        folder: "recipe",
        artifact: "dist/app.war",
        arguments: { base_upgrade: "true" },
        revision: "abc",
        keep: 5,
      };
      const fullService: ServiceArgs = { name: "books", version: "1.0.0", compute: "vm", image: { build }, ...service };
      const run = await StackRun.create({
        toolchain,
        program: folder,
        env,
        ...(gatewayUrl === undefined ? {} : { gatewayUrl }),
        config: {
          "aws:region": "us-east-1",
          "aws:s3UsePathStyle": true,
          "immutable-service:cloud": "aws",
          "immutable-service:service": JSON.parse(JSON.stringify(fullService)) as unknown,
          ...config,
        },
      });
      const stack = new MachineStack(run);
      for (const part of ["ansible", "container/base", "versions.json"])
        cpSync(join(repository, "images", part), join(run.folder, "recipe", part), { recursive: true });
      stack.write("dist/app.war", "an app");
      return stack;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Writes a file of the project. */
  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.run.folder, path)), { recursive: true });
    writeFileSync(join(this.run.folder, path), content);
  }

  remove(): void {
    this.run.remove();
  }
}
