import { DescribeImagesCommand as DescribeMachineImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient, GetLifecyclePolicyCommand, type ImageDetail, paginateDescribeImages } from "@aws-sdk/client-ecr";
import { clientSettings, isError } from "../../../components/clouds/aws/clients.remote";
import type { LiveRelease, Subject } from "../../subject";
import { type Check, reasonOf } from "../../verdict";
import { type ImageFacts, judgeImages } from "../images";
import { expiringRule } from "./lifecycle-policy";

const inRegistry =
  /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?\/(?<name>[^@:]+)[^@]*@(?<digest>sha256:.+)$/;

/** The check that the images in use exist and stay. */
export function imageChecks(subject: Subject): Check[] {
  const run = async () =>
    judgeImages(
      await Promise.all(
        subject.releases.map((release) =>
          readImage(subject.region, release).catch((error: unknown): ImageFacts => ({
            release: release.id,
            image: release.image,
            exists: undefined,
            unseen: reasonOf(error),
          })),
        ),
      ),
    );
  return [{ name: "images in use stay", run }];
}

async function readImage(region: string, { id: release, image }: LiveRelease): Promise<ImageFacts> {
  if (image.startsWith("ami-")) return readMachineImage(region, release, image);
  const { account, region: place, name, digest } = inRegistry.exec(image)?.groups ?? {};
  if (place === undefined || name === undefined || digest === undefined)
    return { release, image, exists: undefined, unseen: `${image} is in a registry that this command cannot read` };
  const client = new ECRClient(clientSettings(place, "ecr"));
  const repository = { registryId: account, repositoryName: name };
  const details: ImageDetail[] = [];
  for await (const { imageDetails = [] } of paginateDescribeImages({ client }, repository))
    details.push(...imageDetails);
  const images = details.map((one) => ({
    digest: one.imageDigest ?? "",
    tags: one.imageTags ?? [],
    pushed: one.imagePushedAt ?? new Date(),
    pulled: one.lastRecordedPullTime,
  }));
  const policy = await client.send(new GetLifecyclePolicyCommand(repository)).catch((error: unknown) => {
    if (isError(error, "LifecyclePolicyNotFoundException")) return { lifecyclePolicyText: undefined };
    throw error;
  });
  const rule =
    policy.lifecyclePolicyText === undefined ? undefined : expiringRule(policy.lifecyclePolicyText, images, digest);
  return {
    release,
    image,
    exists: images.some((one) => one.digest === digest),
    deletedBy: rule === undefined ? undefined : `${rule} of the repository ${name}`,
  };
}

async function readMachineImage(region: string, release: string, image: string): Promise<ImageFacts> {
  const client = new EC2Client(clientSettings(region, "ec2"));
  const { Images: [found] = [] } = await client
    .send(new DescribeMachineImagesCommand({ ImageIds: [image], IncludeDeprecated: true }))
    .catch((error: unknown) => {
      if (isError(error, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable")) return { Images: [] };
      throw error;
    });
  return { release, image, exists: found?.State === "available" };
}
