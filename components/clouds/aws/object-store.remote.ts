import {
  AbortMultipartUploadCommand,
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  S3Client,
  type Tag,
  paginateListBuckets,
} from "@aws-sdk/client-s3";
import { type Candidate, type StoreCalls, type StoreInputs, WholeTags, storeModule } from "../kept-store.remote";
import { nameIn } from "./arns";
import { clientSettings, isError, tagList, tagMap } from "./clients.remote";
import { partitionOf } from "./regions";

/** The inputs of a bucket. */
export type Inputs = StoreInputs;

/** The id is the bucket's ARN. */
const { create, update, read, remove } = storeModule({
  calls: ({ region }: Partial<Inputs>) => new Buckets(region),
  storeId: nameIn,
  complete: ({ region }, name) => `arn:${partitionOf(region)}:s3:::${name}`,
});
export { create, update, read, remove as delete };

/** The buckets of the account in a region. */
export class Buckets extends WholeTags implements StoreCalls {
  readonly what = "bucket";
  readonly cost = "It costs about 0.02 USD per GB and month (https://aws.amazon.com/s3/pricing).";
  readonly maxName = 63;
  readonly nameIsId = true;
  private readonly client: S3Client;

  constructor(readonly region = "") {
    super();
    this.client = new S3Client(clientSettings(region, "s3"));
  }

  async list(prefix: string): Promise<Candidate[]> {
    const found: Candidate[] = [];
    const settings = { client: this.client, pageSize: 1000 };
    for await (const { Buckets: page = [] } of paginateListBuckets(settings, {
      Prefix: prefix,
      BucketRegion: this.region,
    }))
      for (const { Name: name = "" } of page) {
        const tags = await this.tagsOf(name);
        if (tags !== undefined) found.push({ id: name, name, tags });
      }
    return found;
  }

  async create(name: string, tags: StoreInputs["tags"]): Promise<string | undefined> {
    // us-east-1 is the region of a bucket without a constraint, and refused as one.
    const location = this.region === "us-east-1" ? {} : { LocationConstraint: this.region as BucketLocationConstraint };
    try {
      await this.client.send(
        new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { ...location, Tags: tagList(tags) } }),
      );
    } catch (error) {
      // OperationAborted: a bucket of this name was deleted a moment ago.
      if (isError(error, "BucketAlreadyExists", "BucketAlreadyOwnedByYou", "OperationAborted")) return undefined;
      throw error;
    }
    return name;
  }

  async tagsOf(id: string): Promise<Record<string, string> | undefined> {
    try {
      const { TagSet: tags = [] } = await this.client.send(new GetBucketTaggingCommand({ Bucket: id }));
      return tagMap(tags);
    } catch (error) {
      if (isError(error, "NoSuchTagSet")) return {};
      if (isError(error, "NoSuchBucket")) return undefined;
      throw error;
    }
  }

  async delete(id: string): Promise<void> {
    try {
      await this.empty(id);
      await this.client.send(new DeleteBucketCommand({ Bucket: id }));
    } catch (error) {
      if (!isError(error, "NoSuchBucket")) throw error;
    }
  }

  /** S3 refuses to delete a bucket with an object or a version in it. An unfinished upload is no data yet. */
  readonly deleteEmpty = async (id: string): Promise<boolean> => {
    try {
      await this.client.send(new DeleteBucketCommand({ Bucket: id }));
    } catch (error) {
      if (isError(error, "BucketNotEmpty")) return false;
      if (!isError(error, "NoSuchBucket")) throw error;
    }
    return true;
  };

  /** Deletes every version of every object, delete markers, and the parts of unfinished uploads. */
  private async empty(bucket: string): Promise<void> {
    // Always the first page: what it lists is gone with the next request.
    for (;;) {
      const { Uploads: uploads = [] } = await this.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      if (uploads.length === 0) break;
      for (const { Key, UploadId } of uploads)
        await this.client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
    }
    for (;;) {
      const { Versions = [], DeleteMarkers = [] } = await this.client.send(
        new ListObjectVersionsCommand({ Bucket: bucket }),
      );
      const objects = [...Versions, ...DeleteMarkers].map(({ Key = "", VersionId }) => ({ Key, VersionId }));
      if (objects.length === 0) return;
      const { Errors: [refused] = [] } = await this.client.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
      );
      if (refused !== undefined)
        throw new Error(
          `${bucket} cannot be emptied: ${refused.Key ?? ""}: ${refused.Code ?? ""} ${refused.Message ?? ""}`,
        );
    }
  }

  protected async setTags(bucket: string, tags: StoreInputs["tags"]): Promise<void> {
    // AWS's own tags stay whatever is set, and are refused here.
    const TagSet: Tag[] = tagList(tags).filter(({ Key }) => !Key.startsWith("aws:"));
    await this.client.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }));
  }
}
