import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { bakeContainerImage } from "../../baking/container-image";
import type { ImageBuild } from "../../spec";
import type { Context } from "../context";
import { partitionOf } from "./regions";
import { tagsOf } from "./tags";
import { bakeMinutes } from "./timings";

/** Bakes the container image into the repository that the stack file names, or else into one that the stack creates. */
export function containerImage(context: Context, build: ImageBuild): pulumi.Output<string> {
  const { name, parent, spec, facts } = context;
  const repository = build.target.repository ?? createRepository(context, build.target.pullableBy);
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
function createRepository(context: Context, pullableBy: readonly string[]): pulumi.Output<string> {
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
  if (pullableBy.length > 0)
    new aws.ecr.RepositoryPolicy(
      resource,
      {
        repository: repository.name,
        policy: JSON.stringify(pullPolicy(pullableBy, partitionOf(context.facts.region))),
      },
      { parent },
    );
  return repository.repositoryUrl;
}

/**
 * Lets other accounts pull: each grants it to its own roles, as the execution role of a stack there has it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
function pullPolicy(accounts: readonly string[], partition: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "PullFromOtherAccounts",
        Effect: "Allow",
        Principal: { AWS: [...accounts].sort().map((account) => `arn:${partition}:iam::${account}:root`) },
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      },
    ],
  };
}
