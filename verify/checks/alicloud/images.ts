import type { LiveRelease, Subject } from "../../subject";
import { type Check, reasonOf } from "../../verdict";
import { type ImageFacts, judgeImages } from "../images";
import { type Clients, listIn } from "./clients";
import { type LifecycleRule, type RegistryTag, deletingRule } from "./lifecycle-rule";

const byDigest = /^[^/]+\/(?<namespace>[^/]+)\/(?<name>[^@:]+)[^@]*@(?<digest>sha256:.+)$/;

/** The check that the images in use exist and stay. */
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
  return [{ name: "images in use stay", run }];
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
  const repository = await api.request<{ RepoId?: string }>("GetRepository", {
    ...{ InstanceId, RepoNamespaceName: namespace, RepoName: name },
  });
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
