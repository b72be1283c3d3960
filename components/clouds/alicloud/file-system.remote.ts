import { now, sleep } from "../../clock.remote";
import { type Candidate, type StoreCalls, type StoreInputs, storeModule } from "../kept-store.remote";
import { Api, codeOf } from "./api.remote";
import { persistently } from "./http.remote";

/** The inputs of a file system. */
export interface Inputs extends StoreInputs {
  /** The URL of NAS's API. */
  readonly endpoint: string;
}

/** An encrypted file system with a recycle bin. The id is its own. */
const { create, update, read, remove } = storeModule({
  calls: (inputs: Partial<Inputs>) => new FileSystems(inputs),
  async complete(systems, id) {
    await systems.waitUntilRunning(id);
    await systems.enableRecycleBin(id);
    return id;
  },
});
export { create, update, read, remove as delete };

interface Page {
  readonly TotalCount?: number;
  readonly FileSystems?: { readonly FileSystem?: readonly FileSystem[] };
}
interface FileSystem {
  readonly FileSystemId: string;
  readonly Description?: string;
  readonly Status?: string;
  readonly Tags?: { readonly Tag?: readonly { readonly Key: string; readonly Value: string }[] };
}

const minutes = 10;
const pageSize = 100;
/** Days for which deleted files can be restored. */
const recycleBinDays = 3;

/** The file systems of the account in a region. A file system has no name; its description serves as one. */
export class FileSystems implements StoreCalls {
  readonly what = "file system";
  readonly cost = "It costs about 0.30 USD per GB and month (https://www.alibabacloud.com/product/nas/pricing).";
  readonly maxName = 128;
  readonly nameIsId = false;
  private readonly api: Api;
  private readonly region: string;

  constructor({ region = "", endpoint = "" }: Partial<Inputs>) {
    this.api = new Api("nas", endpoint, { RegionId: region });
    this.region = region;
  }

  async list(prefix: string): Promise<Candidate[]> {
    const all: FileSystem[] = [];
    for (let number = 1; ; number += 1) {
      const page = await this.request<Page>("DescribeFileSystems", { PageSize: pageSize, PageNumber: number });
      const found = page.FileSystems?.FileSystem ?? [];
      all.push(...found);
      if (found.length === 0 || all.length >= (page.TotalCount ?? 0)) break;
    }
    return all
      .filter(({ Description = "", Status }) => Description.startsWith(prefix) && !/^delet/i.test(Status ?? ""))
      .map((system) => ({ id: system.FileSystemId, name: system.Description ?? "", tags: tagsIn(system) }));
  }

  async create(name: string, tags: StoreInputs["tags"]): Promise<string> {
    // Once: a repeated request could create a second one. What a lost answer leaves is found by its description.
    const { FileSystemId: id } = await this.api.request<{ FileSystemId: string }>("CreateFileSystem", {
      ProtocolType: "NFS",
      StorageType: "Performance",
      FileSystemType: "standard",
      EncryptType: 1,
      Description: name,
    });
    await this.tag(id, tags);
    return id;
  }

  async waitUntilRunning(id: string): Promise<void> {
    const deadline = now() + minutes * 60_000;
    for (;;) {
      const { Status: status = "no status" } = (await this.find(id)) ?? {};
      if (status === "Running") return;
      if (now() >= deadline) throw new Error(`the file system ${id} is not running: ${status}`);
      await sleep(2000);
    }
  }

  async enableRecycleBin(id: string): Promise<void> {
    const { RecycleBinAttribute: bin } = await this.request<{ RecycleBinAttribute?: { Status?: string } }>(
      "GetRecycleBinAttribute",
      { FileSystemId: id },
    );
    if (bin?.Status === "Enable") return;
    await this.request("EnableRecycleBin", { FileSystemId: id, ReservedDays: recycleBinDays });
  }

  async tag(id: string, tags: StoreInputs["tags"]): Promise<void> {
    const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await this.request("TagResources", { ...resource(id), ...numbered("Tag", list) });
  }

  async untag(id: string, keys: readonly string[]): Promise<void> {
    await this.request("UntagResources", {
      ...resource(id),
      ...Object.fromEntries(keys.map((key, index) => [`TagKey.${index + 1}`, key])),
    });
  }

  async tagsOf(id: string): Promise<Record<string, string> | undefined> {
    const system = await this.find(id);
    return system && tagsIn(system);
  }

  async delete(id: string): Promise<void> {
    try {
      await this.request("DeleteFileSystem", { FileSystemId: id });
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
  }

  private async find(id: string): Promise<FileSystem | undefined> {
    try {
      const page = await this.request<Page>("DescribeFileSystems", { FileSystemId: id });
      return page.FileSystems?.FileSystem?.[0];
    } catch (error) {
      if (isUnknown(error)) return undefined;
      throw error;
    }
  }

  private request<Reply>(action: string, parameters: Readonly<Record<string, unknown>>): Promise<Reply> {
    return persistently(() => this.api.request<Reply>(action, { RegionId: this.region, ...parameters }));
  }
}

function isUnknown(error: unknown): boolean {
  return /^(InvalidFileSystem\.NotFound|InvalidFileSystemId\.NotFound|Forbidden\.NasNotFound)/.test(codeOf(error));
}

function tagsIn({ Tags }: FileSystem): Record<string, string> {
  return Object.fromEntries((Tags?.Tag ?? []).map(({ Key, Value }) => [Key, Value]));
}

function resource(id: string) {
  return { ResourceType: "filesystem", "ResourceId.1": id };
}

function numbered(name: string, items: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  return Object.fromEntries(
    items.flatMap((item, index) => Object.entries(item).map(([key, value]) => [`${name}.${index + 1}.${key}`, value])),
  );
}
