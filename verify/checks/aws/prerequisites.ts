import { DescribeAddressesCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientSettings, isError } from "../../../components/clouds/aws/clients.remote";
import { type Check, passed } from "../../verdict";
import { type Wishes, judgeRole } from "../prerequisites";
import { judgeQuotas } from "../quotas";
import { type ServiceQuota, fargateCpus, limitOf, machineCpus, raiseCommand, serviceQuotas } from "./quotas";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html */
const roles = {
  balancing: { service: "elasticloadbalancing.amazonaws.com", role: "AWSServiceRoleForElasticLoadBalancing" },
  containers: { service: "ecs.amazonaws.com", role: "AWSServiceRoleForECS" },
  containerScaling: {
    service: "ecs.application-autoscaling.amazonaws.com",
    role: "AWSServiceRoleForApplicationAutoScaling_ECSService",
  },
  machines: { service: "autoscaling.amazonaws.com", role: "AWSServiceRoleForAutoScaling" },
  shares: { service: "elasticfilesystem.amazonaws.com", role: "AWSServiceRoleForAmazonElasticFileSystem" },
} as const;

/** What an account must have before the first update of a service on AWS. */
export function prerequisitesOf(wishes: Wishes): Check[] {
  const { region, compute, share, newNetwork, gateways, instances, cpu } = wishes;
  const inContainers = compute === "container";
  const ec2 = new EC2Client(clientSettings(region, "ec2"));
  const needed = [
    roles.balancing,
    ...(inContainers ? [roles.containers, roles.containerScaling] : [roles.machines]),
    ...(share ? [roles.shares] : []),
  ];
  const quota = (which: ServiceQuota, needs: number, used: () => Promise<number>): Check => ({
    name: `quota: ${which.name}`,
    run: async () => {
      const [limit, inUse] = await Promise.all([limitOf(region, which), used()]);
      const raise = raiseCommand(which, region, Math.ceil(inUse + needs) * 2);
      return judgeQuotas([{ name: which.name, limit, used: inUse, needs, raise }]);
    },
  });
  const vpcs = async () => (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.length ?? 0;
  const addresses = async () => (await ec2.send(new DescribeAddressesCommand({}))).Addresses?.length ?? 0;
  // A release stands beside the one before it.
  const cpus = 2 * instances * cpu;
  return [
    {
      name: "account",
      run: async () => {
        const client = new STSClient(clientSettings(region, "sts"));
        const { Account = "?", Arn = "?" } = await client.send(new GetCallerIdentityCommand({}));
        return passed(`${Account}, as ${Arn}`);
      },
    },
    ...needed.map(({ role, service }): Check => ({
      name: `role: ${role}`,
      run: async () =>
        judgeRole(
          await hasRole(region, role),
          role,
          `aws iam create-service-linked-role --aws-service-name ${service}`,
        ),
    })),
    ...(newNetwork ? [quota(serviceQuotas.networks, 1, vpcs)] : []),
    ...(gateways > 0 ? [quota(serviceQuotas.addresses, gateways, addresses)] : []),
    inContainers
      ? quota(serviceQuotas.fargate, cpus, () => fargateCpus(region))
      : quota(serviceQuotas.machines, cpus, () => machineCpus(region)),
  ];
}

async function hasRole(region: string, role: string): Promise<boolean> {
  try {
    await new IAMClient(clientSettings(region, "iam")).send(new GetRoleCommand({ RoleName: role }));
    return true;
  } catch (error) {
    if (isError(error, "NoSuchEntity")) return false;
    throw error;
  }
}
