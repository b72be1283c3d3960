import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bakeContainerImage, baseTagPrefix } from "../../baking/container-image";
import type { ImageBuild } from "../../spec";
import type { Context } from "../context";
import { tagsOf } from "./tags";
import { bakeMinutes } from "./timings";

/** Bakes the container image into the repository that the stack file names, or else into one that the stack creates. */
export function containerImage(context: Context, build: ImageBuild): pulumi.Output<string> {
  const { name, parent, spec, facts } = context;
  const repository = build.target.repository ?? createRepository(context, build.target.keep);
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
 * The repository with its images stays when the stack is destroyed, and so does the rule that deletes the oldest of them,
 * if there is one.
 */
function createRepository(context: Context, keep: number | undefined): pulumi.Output<string> {
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
  if (keep === undefined) return repository.repositoryUrl;
  const policy = new aws.ecr.LifecyclePolicy(
    resource,
    { repository: repository.name, policy: JSON.stringify({ rules: retention(keep) }) },
    { parent, retainOnDelete: true },
  );
  // Nothing is pushed before the rule exists: an update that fails in between leaves no repository that grows forever.
  return pulumi.all([repository.repositoryUrl, policy.id]).apply(([url]) => url);
}

/**
 * Counts bases and apps separately. A base is pushed rarely: counted with the apps, it would soon be the oldest image,
 * and the next app could not be built on it. An image that one rule matches is never deleted by a later rule.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
function retention(keep: number) {
  const newest = { countType: "imageCountMoreThan", countNumber: keep };
  const action = { type: "expire" };
  return [
    {
      rulePriority: 1,
      description: `bases: the newest ${keep}`,
      selection: { tagStatus: "tagged", tagPrefixList: [baseTagPrefix], ...newest },
      action,
    },
    {
      rulePriority: 2,
      description: `apps: the newest ${keep}`,
      selection: { tagStatus: "any", ...newest },
      action,
    },
  ];
}
