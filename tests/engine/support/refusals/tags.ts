/** Tags: keys that AWS reserves or has twice, and those that an instance's metadata cannot have. */
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import type { AwsCall, Refused } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { field } from "../gaps/correction";
import type { Refusal } from "./refusal";

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html has the limits. */
const mostTags = 50;

/**
 * Refuses what any service refuses of the tags in a request:
 * - keys that AWS reserves, in any case: https://github.com/awsdocs/amazon-ecs-developer-guide/issues/72
 * - a key twice; for IAM also in another case: https://github.com/aws/aws-cdk/issues/26253
 *
 * The characters and lengths of keys and values are in the services' models; EC2 and Auto Scaling accept any character.
 */
export function tags(): Refusal {
  return {
    match: (call) => tagsIn(call).length > 0,
    check: async (call, cloud) => tagProblem(call) ?? (await metadataProblem(call, cloud)),
  };
}

interface Tag {
  key: string;
  /** The list that it is in: a request may have one for each type of resource. */
  list: string;
  propagates: boolean;
}

/** The tags in a form, or in a JSON document as a list of pairs. */
function tagsIn(call: AwsCall): Tag[] {
  const { tags } = call.parameters;
  if (Array.isArray(tags))
    // ECS writes key, ECR writes Key.
    return (tags as { key?: string; Key?: string }[]).map(({ key, Key = "" }) => ({
      key: key ?? Key,
      list: "tags",
      propagates: false,
    }));
  return Object.entries(call.parameters).flatMap(([name, key]) => {
    const [, one = "", list = ""] = /^((.*\bTags?(?:\.member)?)\.\d+)\.Key$/.exec(name) ?? [];
    if (one === "" || typeof key !== "string") return [];
    return [{ key, list, propagates: field(call, `${one}.PropagateAtLaunch`) === "true" }];
  });
}

function tagProblem(call: AwsCall): Refused | undefined {
  const all = tagsIn(call);
  const reserved = all.find(({ key }) => /^aws:/i.test(key));
  if (reserved) return invalid(call, `Tag keys starting with 'aws:' are reserved for internal use: ${reserved.key}`);
  const same = (key: string) => (call.service === "iam" ? key.toLowerCase() : key);
  const names = all.map(({ list, key }) => `${list} ${same(key)}`);
  if (new Set(names).size < names.length)
    return invalid(call, "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  return all.length > mostTags && new Set(all.map(({ list }) => list)).size === 1
    ? invalid(call, `The maximum number of tags is ${mostTags}`)
    : undefined;
}

/** A key that an instance's metadata can have: it is a part of a URL there. */
const metadataKey = /^(?!(\.|\.\.|_index)$)[0-9a-zA-Z\-_+=,.@:]{1,255}$/;

/**
 * AWS accepts such a group, and such a tag, and from then on starts no instance:
 * https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1785. Refused here, because the group could never
 * replace an instance.
 */
async function metadataProblem(call: AwsCall, { ec2, scaling }: CloudReader): Promise<Refused | undefined> {
  if (call.service !== "autoscaling") return undefined;
  const wrong = tagsIn(call).find(({ key, propagates }) => propagates && !metadataKey.test(key));
  if (!wrong) return undefined;
  const name = field(call, "Tags.member.1.ResourceId") ?? "";
  const template =
    field(call, "LaunchTemplate.LaunchTemplateId") ??
    (await scaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }))).AutoScalingGroups?.[0]
      ?.LaunchTemplate?.LaunchTemplateId;
  if (template === undefined) return undefined;
  const { LaunchTemplateVersions = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: template }),
  );
  return LaunchTemplateVersions.some(
    ({ LaunchTemplateData: data }) => data?.MetadataOptions?.InstanceMetadataTags === "enabled",
  )
    ? invalid(
        call,
        `'${wrong.key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
      )
    : undefined;
}

const codes: Readonly<Record<string, string>> = {
  ec2: "InvalidParameterValue",
  iam: "InvalidInput",
  elasticloadbalancing: "InvalidParameterValue",
  ecs: "InvalidParameterException",
};

function invalid({ service }: AwsCall, message: string): Refused {
  return { code: codes[service] ?? "ValidationError", message };
}
