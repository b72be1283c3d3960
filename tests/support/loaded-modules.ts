import { readFileSync } from "node:fs";
import { sep } from "node:path";
import program from "../../index";
import { alicloudOutputs } from "./alicloud-outputs";
import { awsOutputs } from "./aws-outputs";
import { run } from "./monitor";
import { asEngineConfig, readStackFile, withArtifact } from "./stack-file";

/*
 * Runs the program with one stack file, in a process of its own, and prints every file that was loaded for it. It must
 * not import a cloud itself; the tables of outputs name types only.
 */

async function main(): Promise<void> {
  const config = withArtifact(readStackFile(readFileSync(process.argv[2] ?? "", "utf8")));
  const { resources, error } = await run(program, {
    config: asEngineConfig(config),
    outputsOf: (resource) => awsOutputs(resource) ?? alicloudOutputs(resource),
  });
  if (error) throw error;
  if (resources.length < 20) throw new Error(`only ${resources.length} resources`);
  process.stdout.write(JSON.stringify(Object.keys(require.cache).map((file) => file.split(sep).join("/"))));
}

void main();
