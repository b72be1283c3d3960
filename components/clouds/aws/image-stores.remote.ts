import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  type ImageDetail,
  PutImageCommand,
} from "@aws-sdk/client-ecr";
import {
  type Images,
  type Located,
  dayTagOf,
  dayTagsAmong,
  isBaked,
  lastDayAmong,
  type ImageStore,
  type StoredImage,
  today,
} from "../image-marks.remote";
import { dualStackEcrHost, ecrHost } from "../registry-hosts";
import { clientSettings, isError, isForbidden } from "./clients.remote";
import { machineImages } from "./machine-image-store.remote";

/** What names an image on AWS. */
export interface ImageReference {
  readonly region: string;
  /** The service, by whose tag its machine images are found. */
  readonly service: string;
  /** A reference by digest, or an AMI's id. */
  readonly image: string;
}

/** An image in ECR. */
export interface EcrImage {
  readonly region: string;
  /** The account whose registry has it. */
  readonly account: string;
  readonly repository: string;
  readonly digest: string;
}

/** What follows the registry's host in a reference by digest. A tag beside the digest has no effect. */
const inRegistry = /^[^/]+\/(?<repository>[^@:]+)(:[^@]+)?@(?<digest>sha256:[0-9a-f]{64})$/;

/** The image in ECR that a reference by digest names, by any name of its registry; undefined for any other image. */
export function ecrImageOf(image: string): EcrImage | undefined {
  const { account, region } = (ecrHost.exec(image) ?? dualStackEcrHost.exec(image))?.groups ?? {};
  const { repository, digest } = inRegistry.exec(image)?.groups ?? {};
  return account === undefined || region === undefined || repository === undefined || digest === undefined
    ? undefined
    : { region, account, repository, digest };
}

/** Finds where an image is stored: in ECR, or among the region's machine images; undefined anywhere else. */
function locate({ region, service, image }: ImageReference): Promise<Located | undefined> {
  if (image.startsWith("ami-")) return Promise.resolve({ store: machineImages(region, service), id: image });
  const found = ecrImageOf(image);
  return Promise.resolve(found && { store: repositoryStore(found), id: found.digest });
}

/** The images on AWS. */
export const images: Images<ImageReference> = { locate, isForbidden };

/** The manifests that Docker pushes; without them ECR would convert one to an older form, which has another digest. */
const manifests = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
];

/** How many images one request to delete may name. */
const perRequest = 100;

function repositoryStore({ region, account: registryId, repository: repositoryName }: EcrImage): ImageStore {
  const client = new ECRClient(clientSettings(region, "ecr"));
  const repository = { registryId, repositoryName };

  const describe = async (imageId: { imageDigest: string } | { imageTag: string }) => {
    try {
      const { imageDetails = [] } = await client.send(
        new DescribeImagesCommand({ ...repository, imageIds: [imageId] }),
      );
      return imageDetails.map(stored)[0];
    } catch (error) {
      if (isError(error, "ImageNotFoundException", "RepositoryNotFoundException")) return undefined;
      throw error;
    }
  };

  const put = async (id: string, imageTag: string): Promise<void> => {
    const { images = [] } = await client.send(
      new BatchGetImageCommand({
        ...repository,
        imageIds: [{ imageDigest: id }],
        acceptedMediaTypes: manifests,
      }),
    );
    const [{ imageManifest, imageManifestMediaType } = {}] = images;
    if (imageManifest === undefined) throw new Error(`${repositoryName} has no manifest of ${id}`);
    const image = {
      ...repository,
      imageManifest,
      ...(imageManifestMediaType === undefined ? {} : { imageManifestMediaType }),
      imageTag,
      imageDigest: id,
    };
    try {
      await client.send(new PutImageCommand(image));
    } catch (error) {
      // It has the tag already.
      if (!isError(error, "ImageAlreadyExistsException")) throw error;
    }
  };

  /** Removes tags of an image. A tag that another image has got meanwhile stays there. */
  const untag = async (id: string, tags: readonly string[]): Promise<void> => {
    for (let first = 0; first < tags.length; first += perRequest) {
      const imageIds = tags.slice(first, first + perRequest).map((imageTag) => ({ imageDigest: id, imageTag }));
      const { failures = [] } = await client.send(new BatchDeleteImageCommand({ ...repository, imageIds }));
      const [failed] = failures.filter(({ failureCode }) => failureCode !== "ImageNotFound");
      if (failed !== undefined)
        throw new Error(`a tag of ${id} in ${repositoryName} was not removed: ${failed.failureReason ?? ""}`);
    }
  };

  const store: ImageStore = {
    find: (id) => describe({ imageDigest: id }),
    async list() {
      const images: ImageDetail[] = [];
      for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
        const page = await client.send(
          new DescribeImagesCommand({
            ...repository,
            filter: { tagStatus: "TAGGED" },
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        images.push(...(page.imageDetails ?? []));
        nextToken = page.nextToken;
      }
      return images.map(stored).filter(({ tags }) => isBaked(tags));
    },
    async mark({ id }, tag) {
      const holder = await describe({ imageTag: tag });
      if (holder?.id === id) return;
      // The release's image was baked again and is another one now. Tags may be immutable, so the tag is removed first.
      if (holder !== undefined) {
        await store.setLastNamed(holder, today());
        await store.unmark(holder, tag);
      }
      await put(id, tag);
    },
    unmark: ({ id }, tag) => untag(id, [tag]),
    async setLastNamed({ id, tags }, day) {
      const current = dayTagOf(id, day);
      if (!tags.includes(current)) await put(id, current);
      await untag(
        id,
        dayTagsAmong(tags).filter((tag) => tag !== current),
      );
    },
    // By its tags: if another stack has added one meanwhile, the image stays.
    delete: ({ id, tags }) => untag(id, tags),
  };
  return store;
}

function stored({ imageDigest = "", imageTags: tags = [] }: ImageDetail): StoredImage {
  return { id: imageDigest, tags, lastNamed: lastDayAmong(tags) };
}
