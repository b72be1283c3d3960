import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  paginateDescribeLogGroups,
} from "@aws-sdk/client-cloudwatch-logs";
import { type Candidate, type StoreCalls, type StoreInputs, storeModule } from "../kept-store.remote";
import { nameIn } from "./arns";
import { clientSettings, isError } from "./clients.remote";

/** The inputs of a log group. */
export interface Inputs extends StoreInputs {
  readonly retentionDays: number;
}

/** The id is the log group's ARN. */
const { create, update, read, remove } = storeModule({
  calls: ({ region }: Partial<Inputs>) => new LogGroups(region),
  storeId: nameIn,
  complete: (groups, name) => groups.arnOf(name),
  settings: {
    set: (groups, name, { retentionDays }: Inputs) => groups.setRetention(name, retentionDays),
    async read(groups, name) {
      const { retentionInDays: retentionDays = 0 } = (await groups.find(name)) ?? {};
      return { retentionDays };
    },
  },
});
export { create, update, read, remove as delete };

/** The log groups of the account in a region. */
class LogGroups implements StoreCalls {
  readonly what = "log group";
  readonly cost = "It costs about 0.03 USD per GB and month (https://aws.amazon.com/cloudwatch/pricing).";
  readonly maxName = 512;
  readonly nameIsId = true;
  private readonly client: CloudWatchLogsClient;

  constructor(region = "") {
    this.client = new CloudWatchLogsClient(clientSettings(region, "logs"));
  }

  async list(prefix: string): Promise<Candidate[]> {
    const found: Candidate[] = [];
    for await (const { logGroups = [] } of paginateDescribeLogGroups(
      { client: this.client },
      { logGroupNamePrefix: prefix },
    ))
      for (const { logGroupName: name = "" } of logGroups) {
        const tags = await this.tagsOf(name);
        if (tags !== undefined) found.push({ id: name, name, tags });
      }
    return found;
  }

  async create(name: string, tags: StoreInputs["tags"]): Promise<string | undefined> {
    try {
      await this.client.send(new CreateLogGroupCommand({ logGroupName: name, tags: { ...tags } }));
    } catch (error) {
      // OperationAborted: a log group of this name was deleted a moment ago.
      if (isError(error, "ResourceAlreadyExistsException", "OperationAbortedException")) return undefined;
      throw error;
    }
    return name;
  }

  async setRetention(name: string, days: number): Promise<void> {
    await this.client.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: days }));
  }

  async tag(id: string, tags: StoreInputs["tags"]): Promise<void> {
    await this.client.send(new TagResourceCommand({ resourceArn: await this.arnOf(id), tags: { ...tags } }));
  }

  async untag(id: string, keys: readonly string[]): Promise<void> {
    await this.client.send(new UntagResourceCommand({ resourceArn: await this.arnOf(id), tagKeys: [...keys] }));
  }

  async tagsOf(id: string): Promise<Record<string, string> | undefined> {
    const group = await this.find(id);
    if (group === undefined) return undefined;
    const { tags = {} } = await this.client.send(new ListTagsForResourceCommand({ resourceArn: arnIn(group) }));
    return tags;
  }

  async delete(id: string): Promise<void> {
    try {
      await this.client.send(new DeleteLogGroupCommand({ logGroupName: id }));
    } catch (error) {
      if (!isError(error, "ResourceNotFoundException")) throw error;
    }
  }

  async arnOf(name: string): Promise<string> {
    const group = await this.find(name);
    if (group === undefined) throw new Error(`there is no log group ${name}`);
    return arnIn(group);
  }

  async find(name: string) {
    for await (const { logGroups = [] } of paginateDescribeLogGroups(
      { client: this.client },
      { logGroupNamePrefix: name },
    )) {
      const group = logGroups.find(({ logGroupName }) => logGroupName === name);
      if (group !== undefined) return group;
    }
    return undefined;
  }
}

/** The ARN as tags and policies take it: `arn` ends with `:*`, which stands for the log streams. */
function arnIn({ arn = "" }: { readonly arn?: string | undefined }): string {
  return arn.replace(/:\*$/, "");
}
