import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { bakeContainerImage, baseTagPrefix } from "../../baking/container-image";
import type { ImageBuild } from "../../spec";
import type { Context } from "../context";
import { enterpriseRepository } from "./names";
import { bakeMinutes } from "./timings";

/** Bakes the container image into the stack file's repository, which the stack makes where it is told the registry's id. */
export function containerImage({ name, parent, spec }: Context, build: ImageBuild): pulumi.Output<string> {
  const { repository, registry, keep } = build.target;
  if (repository === undefined)
    throw new Error("image.build.repository is missing, which the checks should have asked for");
  const ready =
    registry === undefined ? pulumi.output(repository) : ownRepository(name, parent, repository, registry, keep);
  const reference = bakeContainerImage({
    name,
    parent,
    build,
    version: spec.releases[0].version,
    repository: ready,
    minutes: bakeMinutes.container,
  });
  const shut = "egress" in spec.network && spec.network.egress === "endpoints";
  return shut ? reference.apply(fromInside) : reference;
}

/** The same image where a network without a way to the internet fetches it. https://www.alibabacloud.com/help/en/acr/user-guide/configure-access-over-vpcs */
function fromInside(reference: string): string {
  return reference.replace(/^([a-z0-9-]+)-registry\./, "$1-registry-vpc.");
}

/** It outlives the stack with all its images, and so does the rule that deletes the oldest. */
function ownRepository(
  service: string,
  parent: pulumi.Resource,
  address: string,
  instanceId: string,
  keep: number,
): pulumi.Output<string> {
  const { namespace = "", name = "" } = enterpriseRepository.exec(address)?.groups ?? {};
  const resource = `${service}-image`;
  const repository = new alicloud.cs.RegistryEnterpriseRepo(
    resource,
    { instanceId, namespace, name, repoType: "PRIVATE", tagImmutability: true, summary: `images of ${service}` },
    { parent, retainOnDelete: true },
  );
  const rule = new alicloud.cr.ArtifactLifecycleRule(
    resource,
    // A base's tag is what the rule leaves alone: a base is pushed rarely and would soon be the oldest, and the next app
    // could not be built on it.
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
  // Pushed to only once the rule is there: an update that fails in between leaves no repository that grows for ever.
  return rule.id.apply(() => address);
}
