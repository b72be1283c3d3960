import type { LiveRelease, Subject } from "../../subject";
import { type Check, reasonOf } from "../../verdict";
import { type ImageFacts, type PermissionFacts, judgeImages, permissionCheck } from "../images";
import { type Clients, listIn } from "./clients";
import { type LifecycleRule, type RegistryTag, deletingRule } from "./lifecycle-rule";

const byDigest = /^[^/]+\/(?<namespace>[^/]+)\/(?<name>[^@:]+)[^@]*@(?<digest>sha256:.+)$/;

/** The checks that the images in use exist and stay, and are not public. */
export function imageChecks(clients: Clients, subject: Subject): Check[] {
  const run = async () =>
    judgeImages(
      await Promise.all(
        subject.releases.map((release) =>
          readImage(clients, subject, release).catch((error: unknown): ImageFacts => ({
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
    permissionCheck(images, (image) =>
      image.startsWith("m-") ? machinePermission(clients, image) : repositoryPermission(clients, subject, image),
    ),
  ];
}

/** Those of other owners, such as the cloud's own, are public on purpose. */
async function machinePermission(clients: Clients, image: string): Promise<PermissionFacts | undefined> {
  const query = { ImageId: image, ImageOwnerAlias: "self" };
  const found = await clients
    .api("ecs")
    .request<{ Images?: { Image?: readonly { IsPublic?: boolean }[] } }>("DescribeImages", query);
  const [own] = listIn(found.Images?.Image);
  return own && { name: image, everybody: own.IsPublic === true };
}

async function repositoryPermission(
  clients: Clients,
  { spec }: Subject,
  image: string,
): Promise<PermissionFacts | undefined> {
  const { namespace, name } = byDigest.exec(image)?.groups ?? {};
  if (namespace === undefined || name === undefined || spec.registry === undefined) return undefined;
  const { RepoType } = await findRepository(clients, spec.registry, namespace, name);
  return { name: `${namespace}/${name}`, everybody: RepoType === "PUBLIC" };
}

/** https://www.alibabacloud.com/help/en/acr/developer-reference/api-cr-2018-12-01-getrepository */
function findRepository(clients: Clients, instance: string, namespace: string, name: string) {
  const query = { InstanceId: instance, RepoNamespaceName: namespace, RepoName: name };
  return clients
    .api("cr")
    .request<{ readonly RepoId?: string; readonly RepoType?: "PUBLIC" | "PRIVATE" }>("GetRepository", query);
}

function readImage(clients: Clients, subject: Subject, { id: release, image }: LiveRelease): Promise<ImageFacts> {
  return image.startsWith("m-")
    ? readMachineImage(clients, release, image)
    : readContainerImage(clients, subject, release, image);
}

/** The retention rule of machine images deletes none that a launch template names, so there is nothing else to read. */
async function readMachineImage(clients: Clients, release: string, image: string): Promise<ImageFacts> {
  const found = await clients
    .api("ecs")
    .request<{ Images?: { Image?: readonly { Status: string }[] } }>("DescribeImages", { ImageId: image });
  return { release, image, exists: listIn(found.Images?.Image).length > 0 };
}

async function readContainerImage(
  clients: Clients,
  { spec }: Subject,
  release: string,
  image: string,
): Promise<ImageFacts> {
  const { namespace = "", name = "", digest = "" } = byDigest.exec(image)?.groups ?? {};
  const InstanceId = spec.registry ?? "";
  if (digest === "" || InstanceId === "")
    return { release, image, exists: undefined, unseen: `${image} is in a registry that this command cannot read` };
  const api = clients.api("cr");
  const repository = await findRepository(clients, InstanceId, namespace, name);
  const [tags, rules] = await Promise.all([
    api.request<{ Images?: readonly RegistryTag[] }>("ListRepoTag", {
      InstanceId,
      RepoId: repository.RepoId,
      PageSize: 100,
    }),
    api.request<{ Rules?: readonly LifecycleRule[] }>("ListArtifactLifecycleRule", { InstanceId, PageSize: 100 }),
  ]);
  const rule = deletingRule(listIn(rules.Rules), listIn(tags.Images), { namespace, name, digest });
  return {
    release,
    image,
    exists: listIn(tags.Images).some((tag) => isDigest(tag, digest)),
    deletedBy:
      rule === undefined ? undefined : `a rule that keeps ${rule.RetentionTagCount ?? 0} tags of ${namespace}/${name}`,
  };
}

/** Some replies have the digest without its algorithm. */
function isDigest({ Digest = "" }: RegistryTag, digest: string): boolean {
  return digest === Digest || digest === `sha256:${Digest}`;
}
