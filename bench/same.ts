import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "../plan/offline/program";
import type { RecordedResource } from "../plan/offline/recorder";
import { readStackFile } from "../plan/offline/stack-file";

/** A record of the past, which a program that is written by hand has no use for. */
const ledger = "pulumi-nodejs:dynamic/immutable-service:Ledger";

/** The resources in which the two programs differ, whatever the fingerprints of release, service and resources. */
export async function differences(root: string): Promise<string[]> {
  const config = { ...readStackFile(root, "bench", "bench/hand-written/Pulumi.bench.yaml"), stack: "bench" };
  const resourcesOf = async (main: string) => {
    const { resources } = await run(async () => {
      const { default: program } = (await import(pathToFileURL(join(root, main)).href)) as { default: unknown };
      return typeof program === "function" ? ((await (program as () => unknown)()) ?? {}) : {};
    }, config);
    return new Map(
      resources
        .filter(({ type }) => !type.startsWith("immutable:") && type !== ledger)
        .map((resource) => [`${resource.type} ${neutral(resource.name)}`, comparable(resource)]),
    );
  };
  const project = await resourcesOf("index.ts");
  const written = await resourcesOf("bench/hand-written/index.ts");
  return [...new Set([...project.keys(), ...written.keys()])]
    .filter((key) => project.get(key) !== written.get(key))
    .sort();
}

function comparable({ inputs, ignoreChanges, replaceOnChanges }: RecordedResource): string {
  return neutral(JSON.stringify([inputs, ignoreChanges, replaceOnChanges]));
}

function neutral(text: string): string {
  return text
    .replace(/1-4-2-[0-9a-f]{6}/g, "RELEASE")
    .replace(/"digest":"[0-9a-f]{6}"/g, '"digest":""')
    .replace(/"resources":"[0-9a-f ]*"/g, '"resources":""');
}
