import type * as pulumi from "@pulumi/pulumi";
import { type EnvironmentContext, tagsOf as commonTags } from "../context";

/** The tags of a resource on AWS. Its name in the console is a tag too. */
export function tagsOf(
  context: EnvironmentContext,
  resource: string,
  more: Record<string, string> = {},
): Record<string, pulumi.Input<string>> {
  return { Name: resource, ...commonTags(context, more) };
}
