import {
  GetLifecyclePolicyCommand,
  ImagebuilderClient,
  type LifecyclePolicy,
  paginateListLifecyclePolicies,
} from "@aws-sdk/client-imagebuilder";
import { clientSettings } from "../../../components/clouds/aws/clients.remote";

/** What of a lifecycle policy says whether it deletes a machine image. */
export type DeletingPolicy = Pick<LifecyclePolicy, "name" | "policyDetails" | "resourceSelection">;

/**
 * The names of Image Builder's policies that may delete a machine image, by Image Builder's record of it: its tag
 * Ec2ImageBuilderArn. A policy's rules are about ages, counts and launches, so whether it deletes this image next is not
 * judged. https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-lifecycle.html
 */
export async function deletingPolicies(region: string, record: string): Promise<string[]> {
  const client = new ImagebuilderClient(clientSettings(region, "image-builder"));
  const names: string[] = [];
  for await (const { lifecyclePolicySummaryList = [] } of paginateListLifecyclePolicies({ client }, {}))
    for (const { arn, status, resourceType } of lifecyclePolicySummaryList) {
      if (status !== "ENABLED" || resourceType !== "AMI_IMAGE") continue;
      const { lifecyclePolicy } = await client.send(new GetLifecyclePolicyCommand({ lifecyclePolicyArn: arn }));
      if (lifecyclePolicy !== undefined && mayDelete(lifecyclePolicy, recipeOf(record)))
        names.push(lifecyclePolicy.name ?? arn ?? "");
    }
  return names;
}

/** Whether a policy deletes machine images of a recipe. One that selects by tags may: it means the record's tags. */
export function mayDelete({ policyDetails = [], resourceSelection }: DeletingPolicy, recipe: string): boolean {
  const deletes = policyDetails.some(
    ({ action }) => action?.type === "DELETE" && action.includeResources?.amis === true,
  );
  const { recipes = [], tagMap = {} } = resourceSelection ?? {};
  return deletes && (Object.keys(tagMap).length > 0 || recipes.some(({ name = "" }) => inArn(name) === recipe));
}

/** The recipe in the ARN of an image, such as arn:aws:imagebuilder:us-east-1:123456789012:image/books/1.0.0/1. */
export function recipeOf(record: string): string {
  return record.split("/")[1] ?? "";
}

/** A recipe's name as ARNs have it. */
function inArn(name: string): string {
  return name.toLowerCase().replaceAll(/[ _]/g, "-");
}
