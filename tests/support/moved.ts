import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readStackFile, type StackConfig, withArtifact } from "./stack-file";

const root = join(__dirname, "../..");

/** Where a service goes when it leaves a cloud's region: one where it finds the references that the examples name. */
const elsewhere: Readonly<Record<string, { readonly cloud: string; readonly region: string }>> = {
  "aws us-east-1": { cloud: "alicloud", region: "cn-hangzhou" },
  "aws ap-southeast-1": { cloud: "alicloud", region: "ap-southeast-1" },
  "alicloud cn-hangzhou": { cloud: "aws", region: "us-east-1" },
  "alicloud ap-southeast-1": { cloud: "aws", region: "ap-southeast-1" },
};

/** Every stack file that people copy, by its path, with an artifact that is there. */
export function examples(): Record<string, StackConfig> {
  const files = [
    "Pulumi.dev.yaml",
    ...readdirSync(join(root, "examples"))
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => `examples/${file}`),
  ];
  return Object.fromEntries(
    files.map((file) => [file, withArtifact(readStackFile(readFileSync(join(root, file), "utf8")))]),
  );
}

/** The same stack file with another cloud and its region, and nothing else of the service's. */
export function moved(config: StackConfig): StackConfig {
  const from = String(config["immutable-service:cloud"]);
  const to = elsewhere[`${from} ${String(config[`${from}:region`])}`];
  if (to === undefined)
    throw new Error(`no region is known to which ${from} in ${String(config[`${from}:region`])} could move`);
  return {
    [`${to.cloud}:region`]: to.region,
    "immutable-service:cloud": to.cloud,
    "immutable-service:service": config["immutable-service:service"],
  };
}
