/** A small program with two dynamic resources that have remote modules: one has a delete method, the other does not. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { StackRun } from "./stack";
import { repository, type Toolchain } from "./toolchain";

/** The classes of the program. The name of each instance is its class's in lower case. */
export type ClassName = "Drained" | "Noted";

/** The files of the remote modules. */
export const modules: Readonly<Record<ClassName, string>> = {
  Drained: "components/drained.remote.ts",
  Noted: "components/noted.remote.ts",
};

const printer = `
export class Printer {
  constructor(private readonly id: string) {}
  print(action: string): void {
    const line = (text: string) => text + " " + this.id;
    console.error(line(action));
  }
}
`;

const create = `
import type { Created } from "./remote";
import { Printer } from "./printer";

interface Inputs { readonly label: string }

export function create(inputs: Inputs): Promise<Created<Inputs>> {
  new Printer(inputs.label).print("created");
  return Promise.resolve({ id: inputs.label, outs: inputs });
}
`;

const readAndDelete = `
export function read(id: string, props: Partial<Inputs>) {
  new Printer(id).print("read");
  return Promise.resolve({ id, props });
}

function remove(id: string): Promise<void> {
  new Printer(id).print("deleted");
  return Promise.resolve();
}
export { remove as delete };
`;

const classOf = (name: ClassName, flags: string) => `
import * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, RemoteResource } from "./remote";
import type * as code from "./${name.toLowerCase()}.remote";

const kind: RemoteKind<typeof code> = {
  type: "${name}", module: "${name.toLowerCase()}", outputs: {}, replaceOnChanges: ["label"], updateOnChanges: [], ${flags},
};

export class ${name} extends RemoteResource<typeof code> {
  constructor(name: string, args: { label: pulumi.Input<string> }) {
    super(kind, name, args);
  }
}
`;

/** The program's components, in addition to the repository's `remote.ts`. */
export const components: Readonly<Record<string, string>> = {
  "components/printer.ts": printer,
  "components/drained.ts": classOf("Drained", "reads: true, deletes: true"),
  "components/noted.ts": classOf("Noted", "reads: false, deletes: false"),
  [modules.Drained]: create + readAndDelete,
  [modules.Noted]: create,
};

/** A program with these resources that imports the components from `from`. */
export function program(from: string, names: readonly ClassName[]): string {
  const modulesByClass = names.map((name) => [name, name.toLowerCase()] as const);
  return [
    ...modulesByClass.map(([name, module]) => `import { ${name} } from "${from}/${module}";`),
    ...modulesByClass.map(([name, label]) => `new ${name}("${label}", { label: "${label}" });`),
    "export {};\n",
  ].join("\n");
}

/** Writes files into a folder. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** A stack of the program with both resources, as in a checkout: tsx runs its sources. */
export async function remoteProgram(
  toolchain: Toolchain,
  main = "index.ts",
  env: NodeJS.ProcessEnv = {},
): Promise<StackRun> {
  const folder = mkdtempSync(join(tmpdir(), "remote-program-"));
  try {
    for (const part of ["package.json", "components/remote.ts", "components/config-keys.ts"])
      cpSync(join(repository, part), join(folder, part));
    const project = readFileSync(join(repository, "Pulumi.yaml"), "utf8").replace("index.ts", main);
    write(folder, { ...components, "Pulumi.yaml": project });
    const run = await StackRun.create({ toolchain, config: {}, program: folder, env });
    write(run.folder, { [main]: program(main.includes("/") ? "../components" : "./components", ["Drained", "Noted"]) });
    return run;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
