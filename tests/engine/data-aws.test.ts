/** The stores of a service on AWS, on the real engine: what is in them is never lost by an update. */
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand as ListLogTags,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeBackupPolicyCommand,
  DescribeFileSystemPolicyCommand,
  DescribeFileSystemsCommand,
  DescribeLifecycleConfigurationCommand,
  EFSClient,
} from "@aws-sdk/client-efs";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { clientSettings } from "./support/client-settings";
import { Cloud } from "./support/cloud";
import { DataStack, awsProgram } from "./support/data-program";
import { type DataCloud, type StoreNames, storeTests } from "./support/data-suite";
import { StackRun } from "./support/stack";
import { World } from "./support/world";

/** Reads the stores from the emulator. */
class AwsData implements DataCloud {
  private readonly s3: S3Client;
  private readonly efs: EFSClient;
  private readonly logs: CloudWatchLogsClient;
  private readonly cloud: Cloud;

  constructor({ emulator, gateway }: World) {
    const settings = clientSettings(gateway.url);
    this.s3 = new S3Client({ ...settings, forcePathStyle: true });
    this.efs = new EFSClient(settings);
    this.logs = new CloudWatchLogsClient(settings);
    this.cloud = new Cloud(emulator, gateway);
  }

  async fill(Bucket: string, Key: string, text: string): Promise<void> {
    for (const Body of ["an older version", text]) await this.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    await this.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: `${Key}/unfinished` }));
  }

  async read(Bucket: string, Key: string): Promise<string | undefined> {
    const reply = await existing(this.s3.send(new GetObjectCommand({ Bucket, Key })));
    return reply?.Body?.transformToString();
  }

  async protections({ bucket, share, logs }: StoreNames): Promise<Record<string, unknown>> {
    const Bucket = bucket;
    const s3 = await existing(
      Promise.all([
        this.s3.send(new GetPublicAccessBlockCommand({ Bucket })),
        this.s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
        this.s3.send(new GetBucketEncryptionCommand({ Bucket })),
        this.s3.send(new GetBucketPolicyCommand({ Bucket })),
        this.s3.send(new GetBucketVersioningCommand({ Bucket })),
        this.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
      ]),
    );
    const system = await this.fileSystem(share);
    const FileSystemId = share;
    const efs = system && {
      encrypted: system.Encrypted,
      lifecycle: (await this.efs.send(new DescribeLifecycleConfigurationCommand({ FileSystemId }))).LifecyclePolicies,
      policy: (await this.efs.send(new DescribeFileSystemPolicyCommand({ FileSystemId }))).Policy,
      backup: (await this.efs.send(new DescribeBackupPolicyCommand({ FileSystemId }))).BackupPolicy,
    };
    const group = await this.logGroup(logs);
    const found: readonly (readonly [string, unknown])[] = [
      [bucket, s3?.map(withoutMetadata)],
      [share, efs],
      [logs, group && { retentionDays: group.retentionInDays }],
    ];
    return Object.fromEntries(found.filter(([, value]) => value !== undefined));
  }

  async tags({ bucket, share, logs }: StoreNames): Promise<Record<string, Record<string, string>>> {
    const set = await existing(this.s3.send(new GetBucketTaggingCommand({ Bucket: bucket })));
    const system = await this.fileSystem(share);
    const group = await this.logGroup(logs);
    const { tags } = group ? await this.logs.send(new ListLogTags({ resourceArn: group.logGroupArn })) : {};
    const map = (list: readonly { Key?: string | undefined; Value?: string | undefined }[] = []) =>
      Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));
    return { [bucket]: map(set?.TagSet), [share]: map(system?.Tags), [logs]: tags ?? {} };
  }

  async copyBucket({ bucket }: StoreNames): Promise<string> {
    const second = `${bucket.slice(0, -8)}00000000`;
    const { TagSet } = await this.s3.send(new GetBucketTaggingCommand({ Bucket: bucket }));
    await this.s3.send(new CreateBucketCommand({ Bucket: second }));
    await this.s3.send(new PutBucketTaggingCommand({ Bucket: second, Tagging: { TagSet } }));
    return second;
  }

  async removeBucket(name: string): Promise<void> {
    await this.s3.send(new DeleteBucketCommand({ Bucket: name }));
  }

  inventory(): Promise<string[]> {
    return this.cloud.inventory();
  }

  private async fileSystem(FileSystemId: string) {
    return (await existing(this.efs.send(new DescribeFileSystemsCommand({ FileSystemId }))))?.FileSystems?.[0];
  }

  private async logGroup(name: string) {
    const { logGroups = [] } = await this.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    return logGroups.find(({ logGroupName }) => logGroupName === name);
  }
}

/** The reply, or undefined where there is no such store or object. */
async function existing<Reply>(reply: Promise<Reply>): Promise<Reply | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof Error && /^(NoSuchBucket|NoSuchKey|FileSystemNotFound)$/.test(error.name)) return undefined;
    throw error;
  }
}

function withoutMetadata(reply: object): object {
  return Object.fromEntries(Object.entries(reply).filter(([key]) => key !== "$metadata"));
}

describe("engine: the stores of a service on AWS", () => {
  let world: World;
  World.forSuite({ docker: false }, (started) => {
    world = started;
    return Promise.resolve();
  });

  storeTests(async () => {
    const config = { "aws:region": "us-east-1", "aws:s3UsePathStyle": true };
    const run = await StackRun.create({
      toolchain: world.toolchain,
      gatewayUrl: world.gateway.url,
      config,
    });
    world.closing.push(() => {
      run.remove();
    });
    const stack = new DataStack(run, config, awsProgram);
    return { stack, cloud: new AwsData(world) };
  });
});
