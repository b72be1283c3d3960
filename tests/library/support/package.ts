/**
 * The library as an installed package: what `npm pack` makes, in programs that have nothing of this repository but
 * that.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { extract, list } from "tar";

/** The repository's root folder. */
export const repository = resolve(__dirname, "../../..");

const packageName = "immutable-service";

/** What a package is made from. The version control and everything that is ignored stay behind. */
const sources = [
  "package.json",
  "README.md",
  "LICENSE",
  "tsconfig.json",
  "tsconfig.build.json",
  "components",
  "scripts",
];

/** A tarball of the library, in a temporary folder. */
export class LibraryPackage {
  private constructor(
    private readonly folder: string,
    readonly tarball: string,
  ) {}

  /** Runs `npm pack` on a copy: a build must not replace what another test runs. */
  static pack(): LibraryPackage {
    const folder = mkdtempSync(join(tmpdir(), "package-"));
    for (const source of sources) cpSync(join(repository, source), join(folder, source), { recursive: true });
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    const { status, stdout, stderr } = spawnSync("npm", ["pack", "--json", "--offline"], {
      cwd: folder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`npm pack failed:\n${stdout}\n${stderr}`);
    // What `prepack` prints stands before the JSON.
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as [{ filename: string }];
    return new LibraryPackage(folder, join(folder, packed.filename));
  }

  /** The paths in the tarball, from the package's folder. */
  async files(): Promise<string[]> {
    const paths: string[] = [];
    await list({ file: this.tarball, onReadEntry: ({ path }) => paths.push(path.replace(/^package\//, "")) });
    return paths.sort();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * The `tsconfig.json` that `pulumi new` writes for TypeScript: today's, and the one before it. Neither skips the check
 * of libraries.
 */
export const templates = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  commonjs: { module: "commonjs", moduleResolution: "node" },
} as const;

/** A program with the package installed, in a temporary folder. */
export class Program {
  private constructor(readonly folder: string) {}

  /** A program with today's template, these packages of its own, and what the library's package.json asks for. */
  static async create(library: LibraryPackage, packages: readonly string[]): Promise<Program> {
    const folder = mkdtempSync(join(tmpdir(), "program-"));
    const program = new Program(folder);
    const installed = join(folder, "node_modules", packageName);
    mkdirSync(installed, { recursive: true });
    await extract({ file: library.tarball, cwd: installed, strip: 1 });
    const { dependencies = {} } = readManifest(installed);
    const own = ["@pulumi/pulumi", "typescript", "@types/node", ...packages];
    for (const name of closureOf([...own, ...Object.keys(dependencies)])) {
      const link = join(folder, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(repository, "node_modules", name), link);
    }
    const versions = Object.fromEntries(own.map((name) => [name, "*"]));
    program.write("package.json", {
      name: "program",
      main: "index.ts",
      dependencies: { ...versions, [packageName]: "*" },
    });
    program.write("Pulumi.yaml", "name: program\nruntime: nodejs\n");
    program.configure(templates.nodenext);
    return program;
  }

  /** Writes the template's tsconfig.json with other options on top. */
  configure(options: object): void {
    const compilerOptions = {
      strict: true,
      outDir: "bin",
      target: "es2020",
      sourceMap: true,
      experimentalDecorators: true,
      pretty: true,
      noFallthroughCasesInSwitch: true,
      noImplicitReturns: true,
      forceConsistentCasingInFileNames: true,
      ...options,
    };
    this.write("tsconfig.json", { compilerOptions, files: ["index.ts"] });
  }

  /** Writes a file of the program; an object as JSON. */
  write(path: string, content: string | object): void {
    writeFileSync(
      join(this.folder, path),
      typeof content === "string" ? content : JSON.stringify(content, undefined, 2),
    );
  }

  /** Makes a folder in the program's. */
  makeFolder(path: string): void {
    mkdirSync(join(this.folder, path), { recursive: true });
  }

  /** Runs a program of Node.js in the folder. */
  node(...args: string[]): { code: number | null; stdout: string; stderr: string } {
    const env = { ...process.env, NODE_OPTIONS: "" };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: this.folder, encoding: "utf8", env });
    return { code: status, stdout, stderr };
  }

  /** The compiler's complaints; none where the program is right. */
  typeCheck(): string[] {
    const { stdout, stderr } = this.node("node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false");
    return `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** What an installed package says of itself. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** These packages of the repository and all that they need, as npm would put them side by side. */
function closureOf(names: readonly string[]): Set<string> {
  const closure = new Set<string>();
  const visit = (name: string): void => {
    const folder = join(repository, "node_modules", name);
    if (closure.has(name) || !existsSync(folder)) return;
    closure.add(name);
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = readManifest(folder);
    const needed = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
    for (const dependency of [...Object.keys(dependencies), ...needed]) visit(dependency);
  };
  for (const name of names) visit(name);
  return closure;
}
