/** What a fresh account refuses: services without their role, and more resources than its quotas. */
import { DescribeAddressesCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import type { AccountState, LinkedService, QuotaName } from "../account";
import { account as accountId } from "../emulator";
import type { Refused } from "../aws-call";
import { refusal, type Refusal } from "./refusal";

/** The names of the roles. */
const roleNames: Record<Exclude<LinkedService, "ecs">, string> = {
  autoscaling: "AWSServiceRoleForAutoScaling",
  "ecs.application-autoscaling": "AWSServiceRoleForApplicationAutoScaling_ECSService",
  elasticfilesystem: "AWSServiceRoleForAmazonElasticFileSystem",
  elasticloadbalancing: "AWSServiceRoleForElasticLoadBalancing",
};

/**
 * Services create their role on first use, for callers with iam:CreateServiceLinkedRole:
 * - https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html
 * - https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html
 * - https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles-for-clusters.html
 * - https://docs.aws.amazon.com/efs/latest/ug/using-service-linked-roles.html
 *
 * The codes of exceeded quotas: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html.
 */
export function accountLimits(state: AccountState): Refusal[] {
  const linked = (service: Exclude<LinkedService, "ecs">) => Promise.resolve(roleProblem(state, service));
  return [
    refusal("ec2", {
      AllocateAddress: async (_, { ec2 }) => {
        const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
        const message = "The maximum number of addresses has been reached.";
        return overQuota(state, "addresses", Addresses.length, { code: "AddressLimitExceeded", message });
      },
      CreateVpc: async (_, { ec2 }) => {
        const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
        const message = "The maximum number of VPCs has been reached.";
        return overQuota(state, "vpcs", Vpcs.length, { code: "VpcLimitExceeded", message });
      },
    }),
    refusal("elasticloadbalancing", {
      CreateLoadBalancer: async (_, cloud) =>
        (await linked("elasticloadbalancing")) ??
        overQuota(state, "loadBalancers", (await cloud.loadBalancers()).length, {
          code: "TooManyLoadBalancers",
          message: "The maximum number of load balancers has been reached.",
        }),
    }),
    refusal("autoscaling", { CreateAutoScalingGroup: () => linked("autoscaling") }),
    refusal("elasticfilesystem", { "POST /2015-02-01/mount-targets": () => linked("elasticfilesystem") }),
    refusal("ecs", {
      // Creates the role if it may, and the cluster in any case; the first service then fails:
      // https://github.com/hashicorp/terraform-provider-aws/issues/11417
      CreateCluster: () => {
        state.ensureServiceLinkedRole("ecs");
        return Promise.resolve(undefined);
      },
      CreateService: () =>
        Promise.resolve(
          state.ensureServiceLinkedRole("ecs")
            ? undefined
            : {
                code: "InvalidParameterException",
                message:
                  "Unable to assume the service linked role. Please verify that the ECS service linked role exists.",
              },
        ),
    }),
  ];
}

/** The refusal of a caller that would have to create a service's role and may not. */
export function roleProblem(state: AccountState, service: Exclude<LinkedService, "ecs">): Refused | undefined {
  return state.ensureServiceLinkedRole(service)
    ? undefined
    : {
        code: "AccessDenied",
        message: `User: arn:aws:iam::${accountId}:user/ci is not authorized to perform: iam:CreateServiceLinkedRole on resource: arn:aws:iam::${accountId}:role/aws-service-role/${service}.amazonaws.com/${roleNames[service]}`,
        status: 403,
      };
}

function overQuota(state: AccountState, quota: QuotaName, existing: number, refused: Refused): Refused | undefined {
  return existing < state.quotas[quota].value ? undefined : refused;
}
