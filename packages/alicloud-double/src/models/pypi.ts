import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { assertDefined } from "../values";
import { anyShape, RecordBuilder, type RecordShape, type Shape } from "./shape";

/** A field of an ESS request: its path on the wire (`#` for a list's index), its type, and whether it is required. */
type FieldRow = readonly [path: string, type: string, required: boolean];
type ActionTable = Record<string, readonly FieldRow[]>;

/**
 * Auto Scaling (ESS) has no package on npm. Version 2014-08-28, which the provider speaks, is described by one Python
 * package only: it has the wire names of lists. The package of version 2022-02-22 adds the plain fields that are newer,
 * and which fields are required.
 */
const oldPackage = "aliyun-python-sdk-ess==2.3.32";
const newPackage = "alibabacloud_ess20220222==1.13.3";

const shapes: Record<string, Shape> = {
  String: { kind: "string" },
  Integer: { kind: "number" },
  Long: { kind: "number" },
  Float: { kind: "number" },
  Boolean: { kind: "boolean" },
};

/**
 * The models of Auto Scaling, from its packages on PyPI. They are downloaded once; a table of their fields is cached.
 */
export class PypiModels {
  private readonly table: ActionTable;

  constructor(cache = defaultCache()) {
    if (!existsSync(cache)) buildTable(cache);
    this.table = JSON.parse(readFileSync(cache, "utf8")) as ActionTable;
  }

  hasAction(action: string): boolean {
    return this.table[action] !== undefined;
  }

  /** The fields of a request. */
  request(action: string): RecordShape | undefined {
    const rows = this.table[action];
    if (!rows) return undefined;
    const builder = new RecordBuilder();
    for (const [path, type, required] of rows) builder.add(path.split("."), shapes[type] ?? anyShape, required);
    return builder.build();
  }

  /** Neither npm nor PyPI has the responses of version 2014-08-28; only the provider's own parsing checks them. */
  response(): RecordShape | undefined {
    return undefined;
  }
}

/**
 * Downloads the models that are missing. Returns undefined once they are complete, or the reason why not, in one
 * line.
 */
export function missingModels(): string | undefined {
  try {
    new PypiModels();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A file in the nearest node_modules, or in the temporary folder if there is none. */
function defaultCache(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(modules)) return join(modules, ".cache", "alicloud-double", "ess-20140828-v2.json");
    if (dirname(folder) === folder) return join(tmpdir(), "alicloud-double-ess-20140828.json");
  }
}

/** Downloads both packages, reads them, and keeps only the table. */
function buildTable(cache: string): void {
  const work = join(dirname(cache), `pip-${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    download(work);
    const folder = (prefix: string) =>
      join(work, assertDefined(readdirSync(work).find((name) => name.startsWith(prefix) && !name.endsWith(".gz"))));
    const table = readPackages(
      join(folder("aliyun-python-sdk-ess"), "aliyunsdkess", "request", "v20140828"),
      join(folder("alibabacloud_ess20220222"), "alibabacloud_ess20220222", "models"),
    );
    // Renamed into place, so that a concurrent reader never sees half a file.
    const complete = `${cache}.${process.pid}`;
    writeFileSync(complete, JSON.stringify(table));
    renameSync(complete, cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Downloads both packages with pip and unpacks them. */
function download(folder: string): void {
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:"];
  try {
    for (const name of [oldPackage, newPackage])
      execFileSync("python3", ["-m", "pip", "download", ...options, "-d", folder, name], {
        stdio: ["ignore", "ignore", "pipe"],
        timeout: 120_000,
      });
  } catch (error) {
    const output = String((error as { stderr?: Buffer }).stderr ?? "").trim();
    const reason = output.split("\n").at(-1) || (error as Error).message;
    throw new Error(
      `Auto Scaling's models are missing: python3 -m pip cannot download ${oldPackage} and ${newPackage}: ${reason}`,
    );
  }
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".tar.gz")))
    execFileSync("tar", ["-xzf", join(folder, file), "-C", folder]);
}

function readPackages(oldRequests: string, newModels: string): ActionTable {
  const table: ActionTable = {};
  for (const file of readdirSync(oldRequests).filter((name) => name.endsWith("Request.py"))) {
    const action = file.slice(0, -"Request.py".length);
    const newFields = fieldsOfNewPackage(join(newModels, `_${snakeCase(action)}_request.py`));
    const rows = fieldsOfOldPackage(join(oldRequests, file)).map(([path, type]): FieldRow =>
      path.includes(".") ? [path, "Any", false] : [path, type, newFields.get(path)?.required ?? false],
    );
    const known = new Set(rows.map(([path]) => path.split(".")[0]));
    for (const [name, { type, required }] of newFields) if (type && !known.has(name)) rows.push([name, type, required]);
    table[action] = rows;
  }
  return table;
}

/** The fields that a request's class of the old package sends, with the types in the comments of its setters. */
function fieldsOfOldPackage(file: string): [path: string, type: string][] {
  const fields: [string, string][] = [];
  let type = "String";
  for (const line of readFileSync(file, "utf8").split("\n")) {
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
    fields.push([path, type]);
  }
  return fields;
}

/** A field of the new package. Plain fields have a type, and the same names in both versions; lists do not. */
interface NewField {
  type?: string;
  required: boolean;
}

const typeNames: Record<string, string> = { str: "String", int: "Integer", float: "Float", bool: "Boolean" };

function fieldsOfNewPackage(file: string): ReadonlyMap<string, NewField> {
  const fields = new Map<string, NewField>();
  if (!existsSync(file)) return fields;
  const source = readFileSync(file, "utf8").split("\nclass ")[1] ?? "";
  const wireNames = new Map(
    [...source.matchAll(/result\['(\w+)'\] = self\.(\w+)/g)].map(([, name = "", attribute = ""]) => [attribute, name]),
  );
  for (const [, attribute = "", type = ""] of source.matchAll(/\n {8}(\w+): ([\w.[\], ]+) = None,/g)) {
    const name = wireNames.get(attribute);
    if (name !== undefined) fields.set(name, { type: typeNames[type], required: false });
  }
  for (const [, comment = "", attribute = ""] of source.matchAll(/((?:\n {8}#[^\n]*)+)\n {8}self\.(\w+) = /g)) {
    const field = fields.get(wireNames.get(attribute) ?? "");
    if (field && comment.includes("This parameter is required.")) field.required = true;
  }
  return fields;
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z])([A-Z])/g, "_$1").toLowerCase();
}
