import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { bakeContainerImage, baseTagPrefix } from "../../baking/container-image";
import type { ImageBuild } from "../../spec";
import type { Context } from "./context";
import { enterpriseRepository, pulledFrom } from "./registry-address";
import { bakeMinutes } from "./timings";

/** Bakes the container image into the stack file's repository, which the stack creates if it has the registry's id. */
export function containerImage({ name, parent, spec, facts }: Context, build: ImageBuild): pulumi.Output<string> {
  const { repository, registry, keep } = build.target;
  if (repository === undefined) throw new Error("image.build.repository is missing, although the checks require it");
  const pushTo =
    registry === undefined ? pulumi.output(repository) : createRepository(name, parent, repository, registry, keep);
  const reference = bakeContainerImage({
    name,
    parent,
    build,
    projectFolder: facts.projectFolder,
    version: spec.releases[0].version,
    repository: pushTo,
    minutes: bakeMinutes.container,
  });
  return reference.apply((pushed) => pulledFrom(pushed, spec));
}

/**
 * The repository with its images stays when the stack is destroyed, and so does the rule that deletes the oldest of them,
 * if there is one.
 */
function createRepository(
  service: string,
  parent: pulumi.Resource,
  address: string,
  instanceId: string,
  keep: number | undefined,
): pulumi.Output<string> {
  const { namespace = "", name = "" } = enterpriseRepository.exec(address)?.groups ?? {};
  const resource = `${service}-image`;
  const repository = new alicloud.cs.RegistryEnterpriseRepo(
    resource,
    { instanceId, namespace, name, repoType: "PRIVATE", tagImmutability: true, summary: `images of ${service}` },
    { parent, retainOnDelete: true },
  );
  if (keep === undefined) return repository.id.apply(() => address);
  const rule = new alicloud.cr.ArtifactLifecycleRule(
    resource,
    // The rule keeps every base: pushed rarely, a base would soon be the oldest image, and the next app could not be
    // built on it.
    {
      instanceId,
      scope: "REPO",
      namespaceName: namespace,
      repoName: repository.name,
      auto: true,
      scheduleTime: "WEEK",
      retentionTagCount: keep,
      tagRegexp: `^${baseTagPrefix}.*$`,
    },
    { parent, retainOnDelete: true },
  );
  // Nothing is pushed before the rule exists: an update that fails in between leaves no repository that grows forever.
  return rule.id.apply(() => address);
}
