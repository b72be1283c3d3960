import {
  CreateFileSystemCommand,
  DeleteFileSystemCommand,
  DescribeFileSystemsCommand,
  EFSClient,
  type FileSystemDescription,
  type LifecyclePolicy,
  ListTagsForResourceCommand,
  PutLifecycleConfigurationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  paginateDescribeFileSystems,
} from "@aws-sdk/client-efs";
import { now, sleep } from "../../clock.remote";
import { type Candidate, type StoreCalls, type StoreInputs, storeModule } from "../kept-store.remote";
import { nameIn } from "./arns";
import { clientSettings, isError, tagList, tagMap } from "./clients.remote";

/** The inputs of a file system. */
export type Inputs = StoreInputs;

/** An encrypted file system with elastic throughput. The id is its ARN. */
const { create, update, read, remove } = storeModule({
  calls: ({ region }: Partial<Inputs>) => new FileSystems(region),
  storeId: nameIn,
  async complete(systems, id) {
    const arn = await systems.waitUntilAvailable(id);
    await systems.moveUnused(id);
    return arn;
  },
});
export { create, update, read, remove as delete };

const minutes = 10;

/** The file systems of the account in a region. A file system has no name; its creation token serves as one. */
export class FileSystems implements StoreCalls {
  readonly what = "file system";
  readonly cost =
    "It costs about 0.30 USD per GB and month, less for files that are not read, and its backups about 0.05 USD " +
    "(https://aws.amazon.com/efs/pricing).";
  readonly maxName = 64;
  readonly nameIsId = false;
  private readonly client: EFSClient;

  constructor(region = "") {
    this.client = new EFSClient(clientSettings(region, "efs"));
  }

  async list(prefix: string): Promise<Candidate[]> {
    const found: Candidate[] = [];
    for await (const { FileSystems: page = [] } of paginateDescribeFileSystems({ client: this.client }, {}))
      for (const { FileSystemId: id = "", CreationToken: name = "", Tags = [], LifeCycleState: state } of page)
        if (name.startsWith(prefix) && state !== "deleting" && state !== "deleted")
          found.push({ id, name, tags: tagMap(Tags) });
    return found;
  }

  async create(name: string, tags: StoreInputs["tags"]): Promise<string | undefined> {
    try {
      const { FileSystemId: id = "" } = await this.client.send(
        new CreateFileSystemCommand({
          CreationToken: name,
          Encrypted: true,
          ThroughputMode: "elastic",
          Tags: tagList(tags),
        }),
      );
      return id;
    } catch (error) {
      if (isError(error, "FileSystemAlreadyExists")) return undefined;
      throw error;
    }
  }

  /** Returns the file system's ARN once it can be used. */
  async waitUntilAvailable(id: string): Promise<string> {
    const deadline = now() + minutes * 60_000;
    for (;;) {
      const { LifeCycleState: state, FileSystemArn: arn = "" } = await this.find(id);
      if (state === "available") return arn;
      if (state === "error" || now() >= deadline)
        throw new Error(`the file system ${id} is not available: ${state ?? "no state"}`);
      await sleep(2000);
    }
  }

  /** Has the file system move files that nobody reads to cheaper storage. */
  async moveUnused(id: string): Promise<void> {
    const LifecyclePolicies: LifecyclePolicy[] = [
      { TransitionToIA: "AFTER_30_DAYS" },
      { TransitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
    ];
    await this.client.send(new PutLifecycleConfigurationCommand({ FileSystemId: id, LifecyclePolicies }));
  }

  async tag(id: string, tags: StoreInputs["tags"]): Promise<void> {
    await this.client.send(new TagResourceCommand({ ResourceId: id, Tags: tagList(tags) }));
  }

  async untag(id: string, keys: readonly string[]): Promise<void> {
    await this.client.send(new UntagResourceCommand({ ResourceId: id, TagKeys: [...keys] }));
  }

  async tagsOf(id: string): Promise<Record<string, string> | undefined> {
    try {
      const { Tags = [] } = await this.client.send(new ListTagsForResourceCommand({ ResourceId: id }));
      return tagMap(Tags);
    } catch (error) {
      if (isError(error, "FileSystemNotFound")) return undefined;
      throw error;
    }
  }

  async delete(id: string): Promise<void> {
    try {
      await this.client.send(new DeleteFileSystemCommand({ FileSystemId: id }));
    } catch (error) {
      if (isError(error, "FileSystemNotFound")) return;
      throw error;
    }
    console.error(
      `The backups of the file system ${id} stay in AWS Backup's vault aws/efs/automatic-backup-vault for up to 35 days, at ` +
        "about 0.05 USD per GB and month.",
    );
  }

  private async find(id: string): Promise<Partial<FileSystemDescription>> {
    const { FileSystems: found = [] } = await this.client.send(new DescribeFileSystemsCommand({ FileSystemId: id }));
    return found[0] ?? {};
  }
}
