/** Seeds the defects that `npm run verify` finds on AWS. */
import {
  AutoScalingClient,
  DescribeScheduledActionsCommand,
  PutScheduledUpdateGroupActionCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchLogsClient, DeleteLogStreamCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  ECRClient,
  ListImagesCommand,
  PutImageCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeImagesCommand,
  EC2Client,
  ModifyImageAttributeCommand,
} from "@aws-sdk/client-ec2";
import {
  DeleteFileSystemPolicyCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
  ModifyMountTargetSecurityGroupsCommand,
} from "@aws-sdk/client-efs";
import {
  CreateListenerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DeletePublicAccessBlockCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3";
import type { AccountState } from "./account";
import { clientSettings } from "./client-settings";
import type { Cloud } from "./cloud";
import { type Correction, element, inside } from "./gaps/correction";
import type { Gateway } from "./gateway";
import type { ReleaseServer } from "./verify";
import type { Interfaces } from "./verify-gaps";
import type { ServiceStack } from "./world";

/** A service that is up, and what a test changes of its surroundings. */
export interface VerifiedService {
  readonly stack: ServiceStack;
  /** What its instances run. */
  readonly image: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly server: ReleaseServer;
  readonly gateway: Gateway;
  readonly cloud: Cloud;
  readonly account: AccountState;
  readonly limits: Map<string, number>;
  readonly interfaces: Interfaces;
}

/** What seeds a defect, by the name of the check that finds it. */
export type Defects = Record<string, () => unknown>;

/** Subnets without an address that is left. */
const fullSubnets: Correction = {
  match: ({ service, action }) => service === "ec2" && action === "DescribeSubnets",
  change: (answer) => ({
    ...answer,
    body: answer.body.replace(/(?<=<availableIpAddressCount>)\d+/g, "0"),
  }),
};

/** Groups whose launches somebody has suspended, which the emulator does not know. */
const suspendedGroups: Correction = {
  match: ({ service, action }) => service === "autoscaling" && action === "DescribeAutoScalingGroups",
  change: (answer) => {
    const process = inside("member", element("ProcessName", "Launch"));
    const suspended = inside("SuspendedProcesses", process);
    return { ...answer, body: answer.body.replace(/<MinSize>/g, `${suspended}<MinSize>`) };
  },
};

/** What seeds the defect that each check finds. */
export function defectsOf(service: VerifiedService): Defects {
  const { stack, outputs, server, gateway, cloud, account, limits, interfaces } = service;
  const { name } = stack;
  const client = <Client>(Class: new (settings: ReturnType<typeof clientSettings>) => Client) =>
    new Class(clientSettings(gateway.url));
  const balancer = client(ElasticLoadBalancingV2Client);
  const targetGroup = String(outputs.targetGroup);
  const ownGroup = async () => {
    const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroup] });
    return (await balancer.send(command)).TargetGroups?.[0];
  };
  return {
    // Somebody forwards everything to a group of their own, whose instances answer with another release.
    address: async () => {
      const { VpcId, TargetType } = (await ownGroup()) ?? {};
      const other = { Name: `other-${name}`, Protocol: "HTTP" as const, Port: 80, TargetType, VpcId };
      const { TargetGroups: [group] = [] } = await balancer.send(new CreateTargetGroupCommand(other));
      const split = await cloud.splitRule(name);
      const Actions = [{ Type: "forward" as const, TargetGroupArn: group?.TargetGroupArn }];
      await balancer.send(new ModifyRuleCommand({ RuleArn: split?.RuleArn, Actions }));
    },
    "traffic split": () => undefined,
    "X-Release reaches each release": async () => {
      const rules = await cloud.rules(name);
      const isOwn = (value = "*") => value !== "*";
      const own = rules.find(({ Conditions: [one] = [] }) => isOwn(one?.HttpHeaderConfig?.Values?.[0]));
      await balancer.send(new DeleteRuleCommand({ RuleArn: own?.RuleArn }));
    },
    "X-Release needs the key": async () => {
      const condition = { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Release", Values: ["*"] } };
      const forward = { Type: "forward" as const, TargetGroupArn: targetGroup };
      const { ListenerArn } = (await cloud.listeners(name)).get(80) ?? {};
      const rule = { ListenerArn, Priority: 40_001, Conditions: [condition], Actions: [forward] };
      await balancer.send(new CreateRuleCommand(rule));
    },
    "admitted: the instances": () => {
      const IpRanges = [{ CidrIp: "0.0.0.0/0" }];
      const rule = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges };
      const GroupId = String(outputs.securityGroupId);
      return client(EC2Client).send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
    },
    "public addresses of instances": () => interfaces.public.add(String(outputs.securityGroupId)),
    listeners: async () => {
      const { id } = outputs.loadBalancer as { id: string };
      const DefaultActions = [{ Type: "forward" as const, TargetGroupArn: targetGroup }];
      const port = { LoadBalancerArn: id, Protocol: "HTTP" as const, Port: 8080, DefaultActions };
      await balancer.send(new CreateListenerCommand(port));
    },
    "the bucket blocks public access": () =>
      client(S3Client).send(new DeletePublicAccessBlockCommand({ Bucket: String(outputs.files) })),
    "the bucket's policy is not public": () => {
      const Bucket = String(outputs.files);
      const Statement = [
        { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` },
      ];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      return client(S3Client).send(new PutBucketPolicyCommand({ Bucket, Policy }));
    },
    "room for a release: addresses": () => gateway.correct(fullSubnets),
    "files by the app's role": () => (server.mayWrite = false),
    ...(stack.service.compute === "vm"
      ? machineDefects(service, client)
      : {
          ...containerDefects(service, client),
          "room for a release: vCPUs": () => (account.quotas.containerVcpus.value = 1),
          "room for a release: load balancer": () => limits.set("target-groups-per-application-load-balancer", 1),
        }),
  };
}

type ClientOf = <Client>(Class: new (settings: ReturnType<typeof clientSettings>) => Client) => Client;

function containerDefects({ outputs, gateway }: VerifiedService, client: ClientOf): Defects {
  const { targets, scheduledActions } = gateway.applicationAutoScaling;
  const ecr = client(ECRClient);
  const repositoryName = "app";
  return {
    logs: () =>
      client(CloudWatchLogsClient).send(
        new DeleteLogStreamCommand({ logGroupName: String(outputs.logs), logStreamName: "app" }),
      ),
    "bounds of the groups": () => Object.assign(targets[0] ?? {}, { MinCapacity: 1, MaxCapacity: 2 }),
    "triggers and schedules": () => {
      Object.assign(scheduledActions[0] ?? {}, { Schedule: "cron(0 9 ? * 2-6 *)" });
      Object.assign(targets[0] ?? {}, { SuspendedState: { ScheduledScalingSuspended: true } });
    },
    "images in use stay": () => {
      const selection = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 };
      const rules = [{ rulePriority: 1, selection, action: { type: "expire" } }];
      const lifecyclePolicyText = JSON.stringify({ rules });
      return ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    },
    "images are not public": () => {
      const Statement = [{ Sid: "Pull", Effect: "Allow", Principal: "*", Action: ["ecr:BatchGetImage"] }];
      const policyText = JSON.stringify({ Version: "2012-10-17", Statement });
      return ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    },
    "images in use are marked": async () => {
      const { imageIds = [] } = await ecr.send(new ListImagesCommand({ repositoryName }));
      const imageTag = imageIds.map((one) => one.imageTag).find((tag) => tag?.startsWith("live-"));
      // The tag of the image moves to another one.
      const imageManifest = JSON.stringify({ schemaVersion: 2, of: "somebody else" });
      await ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest }));
    },
  };
}

function machineDefects({ image, server, gateway, account, limits }: VerifiedService, client: ClientOf): Defects {
  const ec2 = client(EC2Client);
  const scaling = client(AutoScalingClient);
  const efs = client(EFSClient);
  const group = async () => {
    const { ScheduledUpdateGroupActions: [action] = [] } = await scaling.send(new DescribeScheduledActionsCommand({}));
    return action;
  };
  const share = async () => {
    const { FileSystems: [system] = [] } = await efs.send(new DescribeFileSystemsCommand({}));
    return { FileSystemId: system?.FileSystemId };
  };
  return {
    "bounds of the groups": async () => {
      const { AutoScalingGroupName } = (await group()) ?? {};
      await scaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 1, MaxSize: 2 }));
    },
    "triggers and schedules": async () => {
      const { AutoScalingGroupName, ScheduledActionName } = (await group()) ?? {};
      const changed = { AutoScalingGroupName, ScheduledActionName, Recurrence: "0 9 * * *", MinSize: 4, MaxSize: 6 };
      await scaling.send(new PutScheduledUpdateGroupActionCommand(changed));
      gateway.correct(suspendedGroups);
    },
    "mount targets of the share": async () => {
      const { MountTargets: [target] = [] } = await efs.send(new DescribeMountTargetsCommand(await share()));
      const other = { GroupName: "other", Description: "of somebody else", VpcId: target?.VpcId };
      const { GroupId = "" } = await ec2.send(new CreateSecurityGroupCommand(other));
      const change = { MountTargetId: target?.MountTargetId, SecurityGroups: [GroupId] };
      await efs.send(new ModifyMountTargetSecurityGroupsCommand(change));
    },
    "the share's policy": async () => efs.send(new DeleteFileSystemPolicyCommand(await share())),
    "images are not public": () =>
      ec2.send(new ModifyImageAttributeCommand({ ImageId: image, LaunchPermission: { Add: [{ Group: "all" }] } })),
    "images in use are marked": async () => {
      const { Images: [found] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [image] }));
      const Tags = (found?.Tags ?? []).filter(({ Key }) => Key?.startsWith("live-")).map(({ Key }) => ({ Key }));
      await ec2.send(new DeleteTagsCommand({ Resources: [image], Tags }));
    },
    "room for a release: vCPUs": () => (account.quotas.machineVcpus.value = 1),
    "room for a release: load balancer": () => limits.set("targets-per-application-load-balancer", 3),
    // Nothing has written to the log; now the app says that it has.
    logs: () => (server.logs = true),
  };
}
