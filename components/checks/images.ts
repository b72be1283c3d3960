import type { Valid } from "../stack-file/valid";
import { type Problem, problemIf, show } from "../stack-file/problems";
import type { BuildConfig, Compute, ValidFields } from "../stack-file/schema";

/** What an instance starts from: a container image, which is named by its digest, or a machine image of the cloud. */
const imageKinds: Readonly<Record<Compute, "container" | "machine">> = { container: "container", vm: "machine" };

/** Checks the images that releases run, and the one that the image which the stack bakes starts from. */
export function checkImages({ name, compute, image, releases = [], alicloud }: ValidFields): Problem[] {
  const build: Valid<BuildConfig> | undefined = typeof image === "object" ? image.build : undefined;
  if (compute !== undefined && imageKinds[compute] === "machine")
    return problemIf(
      build?.repository !== undefined,
      "not-together",
      "image.build.repository",
      "is for containers only: a machine image is in no repository; leave it out",
    );
  const twoDashes =
    build !== undefined && build.repository === undefined && name?.includes("--") === true
      ? `must have no two dashes in a row, because the image's repository has this name and a registry refuses them: ` +
        `give another name, or image.build.repository, got ${show(name)}`
      : undefined;
  const images = [
    { path: "alicloud.secretsImage", named: alicloud?.secretsImage },
    typeof image === "object" ? { path: "image.build.from", named: build?.from } : { path: "image", named: image },
    ...releases.map((release, index) => ({ path: `releases[${index}].image`, named: release?.image })),
  ];
  // Without a valid compute, only what is no machine image's id on any cloud is known to be wrong.
  return [
    ...(twoDashes === undefined ? [] : [{ code: "invalid-image-name", path: "name", message: twoDashes } as const]),
    ...images.flatMap(({ path, named }) =>
      named === undefined || (compute === undefined && !/[/:@]/.test(named)) ? [] : checkContainerImage(named, path),
    ),
  ];
}

/**
 * An image's name: a registry's host, and lower-case folders, at most 255 characters.
 * https://github.com/distribution/reference/blob/main/reference.go
 */
const imageName = (() => {
  const label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
  const folder = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
  const tag = "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?";
  return new RegExp(`^(?=.{1,255}(?::[^/]*)?$)(?:${label}(?:\\.${label})*(?::\\d+)?/)?${folder}(?:/${folder})*${tag}$`);
})();

/** Ids of machine images, on both clouds. */
const machineImageId = /^(ami-[0-9a-f]{8,}|m-[a-z0-9]{10,})$/;

function checkContainerImage(image: string, path: string): Problem[] {
  const got = `got ${shown(image)}`;
  if (machineImageId.test(image))
    return [
      {
        code: "image-of-other-compute",
        path,
        message: `is a machine image's id, which compute: vm starts from; on container give an image by its digest, ${got}`,
      },
    ];
  const at = image.indexOf("@");
  const name = at === -1 ? image : image.slice(0, at);
  const digest = at === -1 ? undefined : image.slice(at + 1);
  if (digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest))
    return problemIf(
      !imageName.test(name),
      "invalid-image-name",
      path,
      name.length > 255
        ? `must have a name of at most 255 characters before the digest, got ${name.length}`
        : "must name the image as registry/folder/name: a host without https://, and lower-case letters, digits and " +
            `single . _ - between them, ${got}`,
    );
  if (digest !== undefined && /^sha256:[0-9a-f]{64}$/i.test(digest))
    return [
      {
        code: "invalid-image-name",
        path,
        message: `must have its digest in lower-case letters, as sha256:${digest.slice(7).toLowerCase()}, ${got}`,
      },
    ];
  if (digest !== undefined) {
    const digits = digest.replace(/^sha256:/, "").length;
    return [
      {
        code: "image-short-digest",
        path,
        message:
          `must have a whole digest, sha256: and 64 hexadecimal digits, but ${shown(digest)} has ${digits}: the whole ` +
          `one is printed by ${lookup(name, undefined)}, ${got}`,
      },
    ];
  }
  const tag = /:([^/:]*)$/.exec(name)?.[1];
  const untagged = tag === undefined ? name : name.slice(0, -tag.length - 1);
  const find = `print it with ${lookup(untagged, tag ?? "latest")} and append it as @sha256:…, ${got}`;
  if (tag !== undefined && tag !== "latest")
    return [
      {
        code: "image-by-tag",
        path,
        message: `must name the image by its digest, because the tag ${shown(tag)} can move: ${find}`,
      },
    ];
  const because =
    tag === undefined
      ? 'without one the tag "latest" is meant, which moves with every push'
      : 'the tag "latest" moves with every push';
  return [{ code: "image-by-latest", path, message: `must name the image by its digest, because ${because}: ${find}` }];
}

/** The command that prints an image's digest. */
function lookup(name: string, tag: string | undefined): string {
  const safe = /^[\w./:-]+$/.test(`${name}${tag ?? ""}`);
  const [, region, repository] = /^\d{12}\.dkr[.-]ecr\.([a-z0-9-]+)\.[a-z.]+\/(.+)$/.exec(name) ?? [];
  if (safe && repository !== undefined)
    return (
      `aws ecr describe-images --region ${region ?? ""} --repository-name ${repository}` +
      (tag === undefined ? "" : ` --image-ids imageTag=${tag} --query "imageDetails[0].imageDigest"`)
    );
  return `docker buildx imagetools inspect ${safe ? `${name}:${tag ?? "TAG"}` : "NAME:TAG"}`;
}

/** An image with its end, where tag and digest are. */
function shown(image: string): string {
  return JSON.stringify(image.length > 120 ? `…${image.slice(-119)}` : image);
}
