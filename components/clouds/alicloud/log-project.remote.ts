import { type Candidate, type StoreCalls, type StoreInputs, storeModule } from "../kept-store.remote";
import { codeOf, until } from "./api.remote";
import { Sls } from "./sls.remote";

/** The inputs of a log project. */
export interface Inputs extends StoreInputs {
  /** The URL of the API of Simple Log Service. */
  readonly endpoint: string;
}

/** The id is the project's name. */
const { create, update, read, remove } = storeModule({
  calls: (inputs: Partial<Inputs>) => new Projects(inputs),
});
export { create, update, read, remove as delete };

interface ProjectsPage {
  readonly total?: number;
  readonly projects?: readonly { readonly projectName: string }[];
}
interface TagsPage {
  readonly nextToken?: string;
  readonly tagResources?: readonly { readonly tagKey: string; readonly tagValue: string }[];
}

const pageSize = 500;

const notFound = "ProjectNotExist";
/**
 * Seconds within which requests have to find a new project. The service takes about a minute:
 * https://github.com/geek-fun/serverlessinsight/issues/28
 */
const foundWithin = 180;

/** The projects of the account in a region. */
export class Projects implements StoreCalls {
  readonly what = "log project";
  readonly cost =
    "It costs about 0.05 USD per GB and month (https://www.alibabacloud.com/product/log-service/pricing).";
  readonly maxName = 63;
  readonly nameIsId = true;
  private readonly sls: Sls;

  constructor({ endpoint = "" }: Partial<Inputs>) {
    this.sls = new Sls(endpoint);
  }

  async list(prefix: string): Promise<Candidate[]> {
    const found: Candidate[] = [];
    for (const name of await this.names(prefix)) {
      const tags = await this.tagsOf(name);
      if (tags !== undefined) found.push({ id: name, name, tags });
    }
    return found;
  }

  /** The names of the projects that begin with a prefix. */
  private async names(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for (let offset = 0; ; offset += pageSize) {
      const query = { projectName: prefix, offset: String(offset), size: String(pageSize) };
      const { projects = [], total = 0 } = await this.sls.request<ProjectsPage>("GET", { query });
      found.push(...projects.map(({ projectName }) => projectName).filter((name) => name.startsWith(prefix)));
      if (projects.length === 0 || offset + pageSize >= total) return found;
    }
  }

  async create(name: string, tags: StoreInputs["tags"]): Promise<string | undefined> {
    try {
      const document = { projectName: name, description: "Logs of an immutable service" };
      await this.sls.request("POST", { document });
    } catch (error) {
      if (codeOf(error) !== "ProjectAlreadyExist") throw error;
      // It may be the stack's own, from a request whose answer was lost or from an update that was interrupted.
      if (await this.isListed(name)) await this.untilFound(name, () => this.get(name));
      return undefined;
    }
    await this.untilFound(name, async () => {
      await this.get(name);
      await this.tag(name, tags);
    });
    return name;
  }

  /** Repeats `work` while the service does not find a project that it has. */
  private untilFound(name: string, work: () => Promise<unknown>): Promise<true> {
    return until(
      `the log project ${name} was created, but Simple Log Service does not find it: ${notFound}`,
      async () => {
        try {
          await work();
          return true;
        } catch (error) {
          if (codeOf(error) === notFound) return undefined;
          throw error;
        }
      },
      foundWithin,
    );
  }

  /** A project that was created a moment ago is listed before requests that name it find it. */
  private async isListed(name: string): Promise<boolean> {
    return (await this.names(name)).includes(name);
  }

  private get(name: string): Promise<unknown> {
    return this.sls.request("GET", { project: name });
  }

  async tag(id: string, tags: StoreInputs["tags"]): Promise<void> {
    const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
    await this.sls.request("POST", { path: "/tag", document: { ...resource(id), tags: list } });
  }

  async untag(id: string, keys: readonly string[]): Promise<void> {
    await this.sls.request("POST", { path: "/untag", document: { ...resource(id), tags: keys } });
  }

  async tagsOf(id: string): Promise<Record<string, string> | undefined> {
    try {
      await this.get(id);
      const query = { resourceType: "project", resourceId: JSON.stringify([id]) };
      const tags: (readonly [string, string])[] = [];
      for (let token: string | undefined; token !== "";) {
        const page: TagsPage = await this.sls.request<TagsPage>("GET", {
          path: "/tags",
          query: { ...query, ...(token === undefined ? {} : { nextToken: token }) },
        });
        tags.push(...(page.tagResources ?? []).map(({ tagKey, tagValue }) => [tagKey, tagValue] as const));
        token = page.nextToken ?? "";
      }
      return Object.fromEntries(tags);
    } catch (error) {
      if (codeOf(error) === notFound) return undefined;
      throw error;
    }
  }

  async delete(id: string): Promise<void> {
    try {
      await this.sls.request("DELETE", { project: id });
    } catch (error) {
      if (codeOf(error) !== notFound) throw error;
    }
  }
}

function resource(id: string) {
  return { resourceType: "project", resourceId: [id] };
}
