import { DescribeImagesCommand as DescribeMachineImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  ECRClient,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  type ImageDetail,
  paginateDescribeImages,
} from "@aws-sdk/client-ecr";
import { clientSettings, isError, tagMap } from "../../../components/clouds/aws/clients.remote";
import { ecrImageOf } from "../../../components/clouds/aws/image-stores.remote";
import type { LiveRelease, Subject } from "../../subject";
import { type Check, reasonOf } from "../../verdict";
import { type ImageFacts, type PermissionFacts, judgeImages, permissionCheck } from "../images";
import { deletingPolicies } from "./image-lifecycle";
import { expiringRule } from "./lifecycle-policy";
import { admitsEverybody } from "./policy";

/** The checks that the images in use exist and stay, and are not public. */
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
  const images = subject.releases.map(({ image }) => image);
  return [
    { name: "images in use stay", run },
    permissionCheck(images, (image) => readPermission(subject.region, image)),
  ];
}

function readPermission(region: string, image: string): Promise<PermissionFacts | undefined> {
  return image.startsWith("ami-") ? machinePermission(region, image) : repositoryPermission(image);
}

/** Those of other owners, such as AWS's own, are public on purpose. */
async function machinePermission(region: string, image: string): Promise<PermissionFacts | undefined> {
  const ec2 = new EC2Client(clientSettings(region, "ec2"));
  const Filters = [{ Name: "image-id", Values: [image] }];
  const { Images: [own] = [] } = await ec2.send(new DescribeMachineImagesCommand({ Owners: ["self"], Filters }));
  return own && { name: image, everybody: own.Public === true };
}

/** The policy of the image's repository; one without a policy has only its own account. */
async function repositoryPermission(image: string): Promise<PermissionFacts | undefined> {
  const found = ecrImageOf(image);
  if (found === undefined) return undefined;
  const { region, account: registryId, repository: repositoryName } = found;
  const ecr = new ECRClient(clientSettings(region, "ecr"));
  const { policyText = "{}" } = await ecr
    .send(new GetRepositoryPolicyCommand({ registryId, repositoryName }))
    .catch((error: unknown) => {
      if (isError(error, "RepositoryPolicyNotFoundException")) return { policyText: undefined };
      throw error;
    });
  return { name: repositoryName, everybody: admitsEverybody(policyText) };
}

async function readImage(region: string, { id: release, image }: LiveRelease): Promise<ImageFacts> {
  if (image.startsWith("ami-")) return readMachineImage(region, release, image);
  const found = ecrImageOf(image);
  if (found === undefined)
    return { release, image, exists: undefined, unseen: `${image} is in a registry that this command cannot read` };
  const { digest, account: registryId, repository: repositoryName } = found;
  const client = new ECRClient(clientSettings(found.region, "ecr"));
  const repository = { registryId, repositoryName };
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
    deletedBy: rule === undefined ? undefined : `${rule} of the repository ${repositoryName}`,
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
  const record = tagMap(found?.Tags ?? []).Ec2ImageBuilderArn;
  const policies = record === undefined ? [] : await deletingPolicies(region, record);
  const unseen = `whether Image Builder's lifecycle policy ${policies.join(", ")} deletes ${image}`;
  return {
    release,
    image,
    exists: found?.State === "available",
    ...(policies.length === 0 ? {} : { unseen }),
  };
}
