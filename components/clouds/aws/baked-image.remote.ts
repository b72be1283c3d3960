import { readFile } from "node:fs/promises";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Created, Refreshed } from "../../remote";
import { clientSettings } from "./clients.remote";
import { ImageBuilder } from "./image-builder.remote";

/** The inputs of a bake. */
export interface Inputs {
  readonly region: string;
  /** The service's name. Every stack of the same service uses its images. */
  readonly service: string;
  /** The recipe's tag, by which the image is found. */
  readonly recipe: string;
  /** The ARNs of Image Builder's image recipe, infrastructure configuration and distribution configuration. */
  readonly imageRecipe: string;
  readonly infrastructure: string;
  readonly distribution: string;
  /** The subnet that only the builders of this stack use. */
  readonly subnet: string;
  /** The recipe's archive on this machine, and the object from which builders fetch it. */
  readonly archive: { readonly path: string; readonly sha256: string; readonly key: string; readonly bucket: string };
  /** The tags of the image, which it gets once it is tested. */
  readonly tags: Readonly<Record<string, string>>;
  /** The tags of Image Builder's record of the image. */
  readonly recordTags: Readonly<Record<string, string>>;
  /** Minutes after which the bake fails. */
  readonly within: number;
}

/** The outputs of a bake. */
export interface Outputs extends Inputs {
  /** The machine image's id, such as ami-0123456789abcdef0. */
  readonly image: string;
}

/** Takes the tested image of this recipe where one exists, or else bakes it. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const builder = new ImageBuilder(inputs.region);
  const [existing] = await builder.machineImages({
    "tag:recipe": inputs.recipe,
    "tag:service": inputs.service,
    state: "available",
  });
  const image = existing?.ImageId ?? (await bake(builder, inputs));
  return { id: image, outs: { ...inputs, image } };
}

/** An image that no longer exists is baked again by the next update. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  if (outputs.region === undefined) return { id, props: outputs };
  const found = await new ImageBuilder(outputs.region).machineImages({ "image-id": id });
  return found.length > 0 ? { id, props: outputs } : {};
}

async function bake(builder: ImageBuilder, inputs: Inputs): Promise<string> {
  const arn = (await builder.resumableBuild(inputs.imageRecipe, inputs.subnet)) ?? (await start(builder, inputs));
  const { image, cancelled } = await builder.waitForEnd(arn, inputs.within);
  const ami = image.outputResources?.amis?.find(({ region }) => region === inputs.region)?.image;
  if (image.state?.status === "AVAILABLE" && ami !== undefined) {
    // Last, and in one call: an image that has the recipe's tag is a tested one.
    await builder.tag(ami, inputs.tags);
    return ami;
  }
  const step = await builder
    .failedStep(arn)
    .catch((error: unknown) => `at a step that cannot be read (${String(error)})`);
  const rest = await builder.cleanUp(arn, inputs.subnet).then(
    () => "Nothing of it is left",
    (error: unknown) => `It could not be cleaned up completely (${String(error)})`,
  );
  const outcome = cancelled ? `took longer than ${inputs.within} min and was cancelled` : "failed";
  throw new Error(
    `the image of recipe ${inputs.recipe} was not baked: it ${outcome} ${step}: ` +
      `${image.state?.reason ?? "no reason given"}. Its log is in CloudWatch Logs, ` +
      `group /aws/imagebuilder/${image.name ?? ""}, stream ${image.version ?? ""}. ${rest}; the next update bakes again.`,
  );
}

async function start(builder: ImageBuilder, inputs: Inputs): Promise<string> {
  await upload(inputs);
  return builder.start({
    imageRecipeArn: inputs.imageRecipe,
    infrastructureConfigurationArn: inputs.infrastructure,
    distributionConfigurationArn: inputs.distribution,
    imageTestsConfiguration: { imageTestsEnabled: true },
    // Nobody reads the list of packages, and collecting it takes permissions and minutes.
    enhancedImageMetadataEnabled: false,
    tags: { ...inputs.recordTags },
  });
}

/** Uploads the archive for the builders. The bucket refuses content that has another hash. */
async function upload({ archive, region }: Inputs): Promise<void> {
  // With the bucket in the path, because an endpoint set by the environment answers for one host name only.
  const client = new S3Client({ ...clientSettings(region, "s3"), forcePathStyle: true });
  const ChecksumSHA256 = Buffer.from(archive.sha256, "hex").toString("base64");
  const object = { Bucket: archive.bucket, Key: archive.key, ContentType: "application/x-tar" };
  await client.send(new PutObjectCommand({ ...object, Body: await readFile(archive.path), ChecksumSHA256 }));
}
