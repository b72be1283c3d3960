import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { bakeContainerImage } from "../../baking/container-image";
import type { ImageBuild } from "../../spec";
import type { Context } from "./context";
import { enterpriseRepository, pulledFrom } from "./registry-address";
import { bakeMinutes } from "./timings";

/** Bakes the container image into the stack file's repository, which the stack creates if it has the registry's id. */
export function containerImage({ name, parent, spec, facts }: Context, build: ImageBuild): pulumi.Output<string> {
  const { repository, registry } = build.target;
  if (repository === undefined) throw new Error("image.build.repository is missing, although the checks require it");
  const pushTo =
    registry === undefined ? pulumi.output(repository) : createRepository(name, parent, repository, registry);
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
 * The repository with its images stays when the stack is destroyed. It has no lifecycle rule: one counts tags and does
 * not know which images run.
 */
function createRepository(
  service: string,
  parent: pulumi.Resource,
  address: string,
  instanceId: string,
): pulumi.Output<string> {
  const { namespace = "", name = "" } = enterpriseRepository.exec(address)?.groups ?? {};
  const resource = `${service}-image`;
  const repository = new alicloud.cs.RegistryEnterpriseRepo(
    resource,
    { instanceId, namespace, name, repoType: "PRIVATE", tagImmutability: true, summary: `images of ${service}` },
    { parent, retainOnDelete: true },
  );
  return repository.id.apply(() => address);
}
