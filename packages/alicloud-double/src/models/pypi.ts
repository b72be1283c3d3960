import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { anyShape, RecordBuilder, type RecordShape, type Shape } from "./shape";
import { assertDefined } from "../values";

/** One field of an ESS request: its path on the wire (`#` for a list's index), its type, whether it must be there. */
type FieldRow = readonly [path: string, type: string, required: boolean];
type Table = Record<string, readonly FieldRow[]>;

/**
 * Auto Scaling (ESS) has no package on npm. Version 2014-08-28, which the provider speaks, has the wire names of its lists in
 * one Python package only; plain fields that are newer than that, and what is required, stand in the package of version 2022-02-22.
 */
const oldPackage = "aliyun-python-sdk-ess==2.3.32";
const newPackage = "alibabacloud_ess20220222==1.13.3";

/** The request shapes of Auto Scaling, read once from its packages on PyPI and then from a cache beside node_modules. */
export class PypiModels {
  private readonly table: Table;

  constructor(cache = defaultCache()) {
    if (!existsSync(cache)) buildTable(cache);
    this.table = JSON.parse(readFileSync(cache, "utf8")) as Table;
  }

  knows(action: string): boolean {
    return this.table[action] !== undefined;
  }

  request(action: string): RecordShape | undefined {
    const lines = this.table[action];
    if (!lines) return undefined;
    const builder = new RecordBuilder();
    for (const [path, type, required] of lines) builder.add(path.split("."), shapes[type] ?? anyShape, required);
    return builder.build();
  }

  /** The 2014 version's answers are described nowhere that npm or PyPI reach; the provider's own reading judges them. */
  answer(): RecordShape | undefined {
    return undefined;
  }
}

const shapes: Record<string, Shape> = {
  String: { kind: "text" },
  Integer: { kind: "number" },
  Long: { kind: "number" },
  Float: { kind: "number" },
  Boolean: { kind: "flag" },
};

/** Fetches what is not here yet; undefined once it is all there, or why it cannot be, in one line. */
export function missingModels(): string | undefined {
  try {
    new PypiModels();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function defaultCache(): string {
  for (let at = __dirname; ; at = dirname(at)) {
    const modules = join(at, "node_modules");
    if (existsSync(modules)) return join(modules, ".cache", "alicloud-double", "ess-20140828-v2.json");
    if (dirname(at) === at) return join(tmpdir(), "alicloud-double-ess-20140828.json");
  }
}

/** Fetches both packages with pip, reads them, and leaves only the table behind. */
function buildTable(cache: string): void {
  const work = join(dirname(cache), `pip-${String(process.pid)}`);
  mkdirSync(work, { recursive: true });
  try {
    try {
      for (const name of [oldPackage, newPackage])
        execFileSync(
          "python3",
          [
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-binary",
            ":all:",
            "-d",
            work,
            name,
          ],
          { stdio: ["ignore", "ignore", "pipe"], timeout: 120_000 },
        );
    } catch (error) {
      const said = String((error as { stderr?: Buffer }).stderr ?? "")
        .trim()
        .split("\n")
        .at(-1);
      throw new Error(
        `Auto Scaling's request fields are not here: python3 -m pip cannot fetch ${oldPackage} and ${newPackage}: ${said || (error as Error).message}`,
      );
    }
    for (const file of readdirSync(work).filter((name) => name.endsWith(".tar.gz")))
      execFileSync("tar", ["-xzf", join(work, file), "-C", work]);
    const folder = (prefix: string) =>
      join(work, assertDefined(readdirSync(work).find((name) => name.startsWith(prefix) && !name.endsWith(".gz"))));
    const table = readPackages(
      join(folder("aliyun-python-sdk-ess"), "aliyunsdkess", "request", "v20140828"),
      join(folder("alibabacloud_ess20220222"), "alibabacloud_ess20220222", "models"),
    );
    const fresh = `${cache}.${String(process.pid)}`;
    writeFileSync(fresh, JSON.stringify(table));
    renameSync(fresh, cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function readPackages(requests: string, models: string): Table {
  const table: Table = {};
  for (const file of readdirSync(requests).filter((name) => name.endsWith("Request.py"))) {
    const action = file.slice(0, -"Request.py".length);
    const newer = fieldsOfNewPackage(join(models, `_${snakeCase(action)}_request.py`));
    const lines: FieldRow[] = [];
    let type = "String";
    for (const line of readFileSync(join(requests, file), "utf8").split("\n")) {
      type = /def set_\w+\(.*# (\w+)/.exec(line)?.[1] ?? type;
      const expression = /self\.add_(?:query|body)_param\((.+),\s*[\w[\]().'"]+\)\s*$/.exec(line)?.[1];
      if (!expression) continue;
      // 'Tag.' + str(depth1 + 1) + '.Key'  ->  Tag.#.Key
      const path = expression
        .replace(/str\(depth\d \+ 1\)/g, "'#'")
        .split("+")
        .map((part) => part.trim().slice(1, -1))
        .join("")
        .replace(/\.\d+(?=\.|$)/g, ".#");
      const nested = path.includes(".");
      lines.push([path, nested ? "Any" : type, !nested && (newer.get(path)?.required ?? false)]);
    }
    for (const [name, field] of newer)
      if (field.type && !lines.some(([path]) => path.split(".")[0] === name))
        lines.push([name, field.type, field.required]);
    table[action] = lines;
  }
  return table;
}

/** A field of the newer package: plain fields have a type, and keep their names between the versions; lists do not. */
interface NewField {
  type?: string;
  required: boolean;
}

const typeNames: Record<string, string> = { str: "String", int: "Integer", float: "Float", bool: "Boolean" };

function fieldsOfNewPackage(file: string): ReadonlyMap<string, NewField> {
  const fields = new Map<string, NewField>();
  if (!existsSync(file)) return fields;
  const source = readFileSync(file, "utf8").split("\nclass ")[1] ?? "";
  const wire = new Map(
    [...source.matchAll(/result\['(\w+)'\] = self\.(\w+)/g)].map(([, name, attribute]) => [
      assertDefined(attribute),
      assertDefined(name),
    ]),
  );
  for (const [, attribute, type] of source.matchAll(/\n {8}(\w+): ([\w.[\], ]+) = None,/g))
    if (wire.has(assertDefined(attribute)))
      fields.set(assertDefined(wire.get(assertDefined(attribute))), {
        type: typeNames[assertDefined(type)],
        required: false,
      });
  for (const [, comment, attribute] of source.matchAll(/((?:\n {8}#[^\n]*)+)\n {8}self\.(\w+) = /g)) {
    const field = fields.get(wire.get(assertDefined(attribute)) ?? "");
    if (field && assertDefined(comment).includes("This parameter is required.")) field.required = true;
  }
  return fields;
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z])([A-Z])/g, "_$1").toLowerCase();
}
