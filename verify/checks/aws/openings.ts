import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  type SecurityGroupRule,
} from "@aws-sdk/client-ec2";
import { DescribeListenersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetBucketPolicyStatusCommand, GetPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { clientSettings, isError } from "../../../components/clouds/aws/clients.remote";
import { ruleClient } from "../../../components/clouds/aws/rules.remote";
import { type Subject, ofType, textOf } from "../../subject";
import { type Check, unseen } from "../../verdict";
import { type Admission, judgeAddresses, judgeAdmissions, judgeListeners, judgeStore, portsText } from "../openings";
import { shareChecks } from "./share";

/** The checks that nothing is open that the stack has closed. */
export function openingChecks(subject: Subject): Check[] {
  const { region, resources, securityGroup, bucket, loadBalancer } = subject;
  const ec2 = new EC2Client(clientSettings(region, "ec2"));
  const admissions = async (group: string): Promise<Admission[]> => {
    const filter = { Filters: [{ Name: "group-id", Values: [group] }], MaxResults: 1000 };
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand(filter));
    return SecurityGroupRules.filter(({ IsEgress }) => IsEgress !== true).map(liveAdmission);
  };
  // The order of the state is that in which the engine finished them.
  const groups = ofType(resources, "SecurityGroup")
    .map(({ id = "", inputs }) => ({
      id,
      name: id === securityGroup ? "the instances" : textOf(inputs?.description).toLowerCase() || id,
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
  return [
    ...groups.map(({ id, name }): Check => ({
      name: `admitted: ${name}`,
      run: async () => judgeAdmissions(plannedAdmissions(subject, id), await admissions(id)),
    })),
    {
      name: "public addresses of instances",
      run: async () => {
        const filter = { Filters: [{ Name: "group-id", Values: [securityGroup] }] };
        const { NetworkInterfaces: found = [] } = await ec2.send(new DescribeNetworkInterfacesCommand(filter));
        if (found.length === 0) return unseen("the cloud lists no network interface of the instances' security group");
        return judgeAddresses(
          found.length,
          found.flatMap(({ Association: one }) => one?.PublicIp ?? []),
        );
      },
    },
    {
      name: "listeners",
      run: async () => {
        const planned = ofType(resources, "Listener").map(({ inputs }) => listener(inputs?.protocol, inputs?.port));
        const command = new DescribeListenersCommand({ LoadBalancerArn: loadBalancer });
        const { Listeners: live = [] } = await ruleClient(subject).send(command);
        return judgeListeners(
          planned,
          live.map(({ Protocol, Port }) => listener(Protocol, Port)),
        );
      },
    },
    ...(bucket === undefined ? [] : bucketChecks(region, bucket)),
    ...shareChecks(subject),
  ];
}

function bucketChecks(region: string, bucket: string): Check[] {
  const s3 = new S3Client(clientSettings(region, "s3"));
  return [
    {
      name: "the bucket blocks public access",
      run: async () => {
        const block = await s3
          .send(new GetPublicAccessBlockCommand({ Bucket: bucket }))
          .then(({ PublicAccessBlockConfiguration: one }) => one)
          .catch((error: unknown) => {
            if (isError(error, "NoSuchPublicAccessBlockConfiguration")) return undefined;
            throw error;
          });
        return judgeStore(bucket, {
          BlockPublicAcls: block?.BlockPublicAcls === true,
          IgnorePublicAcls: block?.IgnorePublicAcls === true,
          BlockPublicPolicy: block?.BlockPublicPolicy === true,
          RestrictPublicBuckets: block?.RestrictPublicBuckets === true,
        });
      },
    },
    {
      name: "the bucket's policy is not public",
      run: async () => {
        const { PolicyStatus } = await s3.send(new GetBucketPolicyStatusCommand({ Bucket: bucket }));
        if (PolicyStatus?.IsPublic === undefined)
          return unseen(`S3 does not say whether the policy of ${bucket} is public`);
        return judgeStore(bucket, { "a policy that is not public": !PolicyStatus.IsPublic });
      },
    },
  ];
}

/** Whom the stack's own rules of a security group admit. */
function plannedAdmissions({ resources }: Subject, group: string): Admission[] {
  return ofType(resources, "SecurityGroupIngressRule")
    .filter(({ inputs }) => inputs?.securityGroupId === group)
    .map(({ inputs = {} }) => ({
      from: textOf(inputs.referencedSecurityGroupId ?? inputs.cidrIpv4 ?? inputs.cidrIpv6 ?? inputs.prefixListId),
      ports: portsText(inputs.fromPort as number | undefined, inputs.toPort as number | undefined),
    }));
}

function liveAdmission({ ReferencedGroupInfo, CidrIpv4, CidrIpv6, PrefixListId, FromPort, ToPort }: SecurityGroupRule) {
  const from = [ReferencedGroupInfo?.GroupId, CidrIpv4, CidrIpv6, PrefixListId].find((one) => one) ?? "?";
  return { from, ports: portsText(FromPort, ToPort) };
}

function listener(protocol: unknown, port: unknown): string {
  return `${textOf(protocol)} ${Number(port)}`;
}
