/** The tags of machine images in the emulator of AWS. */
import type { Emulator } from "./emulator";

/** The tags of an image, by key. */
export async function imageTags(emulator: Emulator, id: string): Promise<ReadonlyMap<string, string>> {
  const xml = await emulator.query("ec2", "2016-11-15", "DescribeTags", {
    "Filter.1.Name": "resource-id",
    "Filter.1.Value.1": id,
  });
  return new Map(
    [...xml.matchAll(/<item>(.*?)<\/item>/gs)].map(([, item = ""]) => [textOf(item, "key"), textOf(item, "value")]),
  );
}

/** Sets tags of an image. */
export async function tagImage(emulator: Emulator, id: string, tags: Readonly<Record<string, string>>): Promise<void> {
  const fields = Object.entries(tags).flatMap(([key, value], index) => [
    [`Tag.${index + 1}.Key`, key],
    [`Tag.${index + 1}.Value`, value],
  ]);
  const parameters = Object.fromEntries(fields) as Record<string, string>;
  await emulator.query("ec2", "2016-11-15", "CreateTags", { "ResourceId.1": id, ...parameters });
}

function textOf(xml: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)`).exec(xml)?.[1] ?? "";
}
