import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { bakeContainerImage } from "../../baking/container-image";
import type { ImageBuild } from "../../spec";
import type { Context } from "../context";
import { tagsOf } from "./tags";
import { bakeMinutes } from "./timings";

/** Bakes the container image into the repository that the stack file names, or else into one that the stack creates. */
export function containerImage(context: Context, build: ImageBuild): pulumi.Output<string> {
  const { name, parent, spec, facts } = context;
  const repository = build.target.repository ?? createRepository(context);
  return bakeContainerImage({
    name,
    parent,
    build,
    projectFolder: facts.projectFolder,
    version: spec.releases[0].version,
    repository,
    minutes: bakeMinutes.container,
  });
}

/**
 * The repository with its images stays when the stack is destroyed. It has no lifecycle policy: one counts images, or
 * days since the push, and does not know which images run.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
function createRepository(context: Context): pulumi.Output<string> {
  const { name, parent } = context;
  const resource = `${name}-image`;
  const repository = new aws.ecr.Repository(
    resource,
    {
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      tags: tagsOf(context, resource),
    },
    { parent, retainOnDelete: true },
  );
  return repository.repositoryUrl;
}
