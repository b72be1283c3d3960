import { type Candidate, type StoreCalls, type StoreInputs, WholeTags, storeModule } from "../kept-store.remote";
import { codeOf } from "./api.remote";
import { Oss } from "./oss.remote";

/** The inputs of a bucket. */
export interface Inputs extends StoreInputs {
  /** The URL of OSS's API. */
  readonly endpoint: string;
  /** The redundancy of a new bucket. An existing one keeps its own. */
  readonly redundancy: "ZRS" | "LRS";
  /** Days for which an overwritten or deleted object can be restored. */
  readonly keepVersions: number;
}

/** The id is the bucket's name. */
const { create, update, read, remove } = storeModule({
  calls: (inputs: Partial<Inputs>) => new Buckets(inputs),
  settings: {
    set: (buckets, name, { keepVersions }: Inputs) => buckets.setLifecycle(name, keepVersions),
    read: async (buckets, name) => ({ keepVersions: await buckets.keepVersionsOf(name) }),
  },
});
export { create, update, read, remove as delete };

interface VersionsPage {
  readonly ListVersionsResult?: {
    readonly Version?: readonly ObjectVersion[];
    readonly DeleteMarker?: readonly ObjectVersion[];
  };
}
interface ObjectVersion {
  readonly Key: string;
  readonly VersionId: string;
}
interface UploadsPage {
  readonly ListMultipartUploadsResult?: {
    readonly Upload?: readonly { readonly Key: string; readonly UploadId: string }[];
  };
}
interface BucketsPage {
  readonly ListAllMyBucketsResult?: {
    readonly Buckets?: { readonly Bucket?: readonly { readonly Name: string; readonly Location: string }[] } | "";
    readonly NextMarker?: string;
  };
}
interface Tagging {
  readonly Tagging?:
    { readonly TagSet?: { readonly Tag?: readonly { readonly Key: string; readonly Value: string }[] } | "" } | "";
}
interface Lifecycle {
  readonly LifecycleConfiguration?: {
    readonly Rule?: { readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays?: string } };
  };
}

/** The buckets of the account in a region. */
export class Buckets extends WholeTags implements StoreCalls {
  readonly what = "bucket";
  readonly cost = "It costs about 0.02 USD per GB and month (https://www.alibabacloud.com/product/oss/pricing).";
  readonly maxName = 63;
  readonly nameIsId = true;
  private readonly oss: Oss;
  private readonly region: string;
  private readonly redundancy: string;

  constructor({ region = "", endpoint = "", redundancy = "LRS" }: Partial<Inputs>) {
    super();
    this.oss = new Oss(region, endpoint);
    this.region = region;
    this.redundancy = redundancy;
  }

  async list(prefix: string): Promise<Candidate[]> {
    const found: Candidate[] = [];
    for (let marker: string | undefined; marker !== "";) {
      const query = { prefix, "max-keys": "1000", ...(marker === undefined ? {} : { marker }) };
      const { ListAllMyBucketsResult: page = {} } = await this.oss.request<BucketsPage>("GET", { query });
      for (const { Name: name, Location } of (page.Buckets === "" ? undefined : page.Buckets?.Bucket) ?? []) {
        const tags = Location === `oss-${this.region}` ? await this.tagsOf(name) : undefined;
        if (tags !== undefined) found.push({ id: name, name, tags });
      }
      marker = page.NextMarker ?? "";
    }
    return found;
  }

  async create(name: string, tags: StoreInputs["tags"]): Promise<string | undefined> {
    try {
      await this.oss.request("PUT", {
        bucket: name,
        document: { CreateBucketConfiguration: { StorageClass: "Standard", DataRedundancyType: this.redundancy } },
      });
    } catch (error) {
      if (/^BucketAlreadyExists|^Conflict/.test(codeOf(error))) return undefined;
      throw error;
    }
    // OSS has no tags in the request that creates a bucket.
    await this.setTags(name, tags);
    return name;
  }

  async tagsOf(id: string): Promise<Record<string, string> | undefined> {
    try {
      const { Tagging: tagging } = await this.oss.request<Tagging>("GET", { bucket: id, query: { tagging: "" } });
      const set = tagging === "" ? undefined : tagging?.TagSet;
      const tags = (set === "" ? undefined : set?.Tag) ?? [];
      return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
    } catch (error) {
      if (codeOf(error) === "NoSuchTagSet") return {};
      if (codeOf(error) === "NoSuchBucket") return undefined;
      throw error;
    }
  }

  async setLifecycle(bucket: string, keepVersions: number): Promise<void> {
    const Rule = {
      ID: "old-versions",
      Prefix: "",
      Status: "Enabled",
      NoncurrentVersionExpiration: { NoncurrentDays: keepVersions },
      AbortMultipartUpload: { Days: 7 },
    };
    await this.oss.request("PUT", { bucket, query: { lifecycle: "" }, document: { LifecycleConfiguration: { Rule } } });
  }

  /** The days that the bucket's rule has; 0 without a rule. */
  async keepVersionsOf(bucket: string): Promise<number> {
    try {
      const { LifecycleConfiguration: { Rule: rule } = {} } = await this.oss.request<Lifecycle>("GET", {
        bucket,
        query: { lifecycle: "" },
      });
      return Number(rule?.NoncurrentVersionExpiration?.NoncurrentDays ?? 0);
    } catch (error) {
      if (codeOf(error) === "NoSuchLifecycle") return 0;
      throw error;
    }
  }

  async delete(id: string): Promise<void> {
    try {
      await this.empty(id);
      await this.oss.request("DELETE", { bucket: id });
    } catch (error) {
      if (codeOf(error) !== "NoSuchBucket") throw error;
    }
  }

  /** OSS refuses to delete a bucket with an object, a version or an unfinished upload in it. */
  readonly deleteEmpty = async (id: string): Promise<boolean> => {
    try {
      await this.oss.request("DELETE", { bucket: id });
    } catch (error) {
      if (codeOf(error) === "BucketNotEmpty") return false;
      if (codeOf(error) !== "NoSuchBucket") throw error;
    }
    return true;
  };

  /** Deletes every version of every object, delete markers, and the parts of unfinished uploads. */
  private async empty(bucket: string): Promise<void> {
    // Always the first page: what it lists is gone with the next request.
    for (;;) {
      const page = await this.oss.request<UploadsPage>("GET", { bucket, query: { uploads: "" } });
      const uploads = page.ListMultipartUploadsResult?.Upload ?? [];
      if (uploads.length === 0) break;
      for (const { Key: object, UploadId: uploadId } of uploads)
        await this.oss.request("DELETE", { bucket, object, query: { uploadId } });
    }
    for (;;) {
      const query = { versions: "", "max-keys": "1000" };
      const { ListVersionsResult: page = {} } = await this.oss.request<VersionsPage>("GET", { bucket, query });
      const objects = [...(page.Version ?? []), ...(page.DeleteMarker ?? [])];
      if (objects.length === 0) return;
      const Object = objects.map(({ Key, VersionId }) => ({ Key, VersionId }));
      await this.oss.request("POST", { bucket, query: { delete: "" }, document: { Delete: { Quiet: true, Object } } });
    }
  }

  protected async setTags(bucket: string, tags: StoreInputs["tags"]): Promise<void> {
    const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await this.oss.request("PUT", { bucket, query: { tagging: "" }, document: { Tagging: { TagSet: { Tag } } } });
  }
}
