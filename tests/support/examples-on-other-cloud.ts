import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readStackFile, type StackConfig, withArtifact } from "./stack-file";

const root = join(__dirname, "../..");

/** The counterpart of each region on the other cloud: one that has the references that the examples name. */
const counterparts: Readonly<Record<string, { readonly cloud: string; readonly region: string }>> = {
  "aws us-east-1": { cloud: "alicloud", region: "cn-hangzhou" },
  "aws ap-southeast-1": { cloud: "alicloud", region: "ap-southeast-1" },
  "alicloud cn-hangzhou": { cloud: "aws", region: "us-east-1" },
  "alicloud ap-southeast-1": { cloud: "aws", region: "ap-southeast-1" },
};

/** Every stack file that people copy, by its path, with an artifact that exists. */
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

/** The same stack file with only the cloud and its region changed. Throws for a region without a counterpart. */
export function onOtherCloud(config: StackConfig): StackConfig {
  const from = String(config["immutable-service:cloud"]);
  const to = counterparts[`${from} ${String(config[`${from}:region`])}`];
  if (to === undefined)
    throw new Error(`no counterpart of ${from} in ${String(config[`${from}:region`])} on the other cloud`);
  return {
    [`${to.cloud}:region`]: to.region,
    "immutable-service:cloud": to.cloud,
    "immutable-service:service": config["immutable-service:service"],
  };
}
