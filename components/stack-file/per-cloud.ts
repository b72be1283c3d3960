import type { CloudName, PerCloud, WrittenBuild, WrittenService } from "./schema";

/** The value for one cloud; undefined where the stack file names only the other. */
export function forCloud(value: PerCloud, cloud: CloudName): string | undefined {
  return typeof value === "string" ? value : value[cloud];
}

/** The machine image or reference that a stack file names for a cloud, and where it names it: for one that the stack bakes, what it starts from. */
export function namedImage(
  image: WrittenService["image"],
  cloud: CloudName,
  prefix = "",
): { readonly named: string | undefined; readonly path: string; readonly baked: boolean } {
  const baked = isBuild(image);
  const value = baked ? image.build.from : image;
  const path = `${prefix}image${baked ? ".build.from" : ""}`;
  return { named: forCloud(value, cloud), path: typeof value === "string" ? path : `${path}.${cloud}`, baked };
}

/** Whether an image is one that the stack bakes. */
export function isBuild(image: WrittenService["image"]): image is { build: WrittenBuild } {
  return typeof image === "object" && "build" in image;
}
