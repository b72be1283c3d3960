import { Api, codeOf, describeError, untilFree } from "./api.remote";
import type { Inputs } from "./intent.remote";

/** What the cloud has with this stack's ownership mark, and what of it the state does not know. */

/** The key of the tag that shows which stack owns a resource. It is `ownerTag` of clouds/context.ts. */
const ownerTag = "immutable-service";
/** The key of the tag of data that a stack has left in place on purpose. */
const keptTag = "immutable-service:kept";

/** How many resources a request for tags may name. */
const tagsPerRequest = 20;

type Service = keyof Inputs["endpoints"];

interface TagResources {
  readonly TagResources?: readonly Tagged[] | { readonly TagResource?: readonly Tagged[] };
}
interface Tagged {
  readonly ResourceId?: string;
  readonly ResourceName?: string;
  readonly TagKey?: string;
  readonly TagValue?: string;
}

/** The stack's own resources in the cloud. */
export class Owned {
  private readonly recorded: ReadonlySet<string>;
  /** What was removed, for the log of the update. */
  readonly removed: string[] = [];

  constructor(private readonly inputs: Pick<Inputs, "region" | "endpoints" | "owner" | "recorded">) {
    // The id of a resource that belongs to another one has both ids in it.
    this.recorded = new Set(inputs.recorded.flatMap((id) => [id, ...id.split(":")]));
  }

  /** The API of a service. */
  api(service: Service): Api {
    const { region, endpoints } = this.inputs;
    return new Api(service, endpoints[service], { RegionId: region });
  }

  /** Where the rules of the load balancers are. */
  get balancing(): { readonly region: string; readonly loadBalancing: string } {
    return { region: this.inputs.region, loadBalancing: this.inputs.endpoints.alb };
  }

  /** The value of the tag that shows that this stack owns a resource. */
  get owner(): string {
    return this.inputs.owner;
  }

  /** Whether the state knows a resource. */
  isRecorded(id: string): boolean {
    return this.recorded.has(id);
  }

  /** All items of a list with numbered pages. */
  async list<Item>(
    service: Service,
    action: string,
    items: (reply: Readonly<Record<string, unknown>>) => readonly Item[] | undefined,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<Item[]> {
    const all: Item[] = [];
    for (let PageNumber = 1; ; PageNumber += 1) {
      const reply = await untilFree(
        () =>
          this.api(service).request<Readonly<Record<string, unknown>>>(action, {
            ...parameters,
            PageNumber,
            PageSize: 50,
          }),
        60,
      );
      const page = items(reply) ?? [];
      all.push(...page);
      if (page.length === 0 || all.length >= Number(reply.TotalCount ?? 0)) return all;
    }
  }

  /** Those of the resources that have this stack's mark, and are no data that was kept on purpose. */
  async ofStack(service: Service, ResourceType: string, ids: readonly string[]): Promise<string[]> {
    const owned: string[] = [];
    for (let first = 0; first < ids.length; first += tagsPerRequest) {
      const some = ids.slice(first, first + tagsPerRequest);
      const named = service === "ram" ? { ResourceNames: some } : { ResourceId: some };
      const { TagResources: reply = [] } = await untilFree(
        () => this.api(service).request<TagResources>("ListTagResources", { ResourceType, ...named }),
        60,
      );
      const tags = "TagResource" in reply ? (reply.TagResource ?? []) : (reply as readonly Tagged[]);
      const has = (id: string, key: string, value?: string) =>
        tags.some(
          ({ ResourceId, ResourceName, TagKey, TagValue }) =>
            (ResourceId ?? ResourceName) === id && TagKey === key && (value === undefined || TagValue === value),
        );
      owned.push(...some.filter((id) => has(id, ownerTag, this.inputs.owner) && !has(id, keptTag)));
    }
    return owned;
  }

  /** Those of the resources that have this stack's mark and that the state does not know. */
  async leftovers(service: Service, type: string, ids: readonly string[]): Promise<string[]> {
    return this.ofStack(
      service,
      type,
      ids.filter((id) => !this.isRecorded(id)),
    );
  }

  /** Removes a resource, and waits while something else still uses it. One that is gone already is removed. */
  async remove(what: string, id: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await untilFree(work);
      this.removed.push(`${what} ${id}`);
    } catch (error) {
      if (/NotFound|NotExist|Invalid\w*Id\.NotFound/i.test(codeOf(error))) return;
      throw new Error(`cannot remove the ${what} ${id}, which an interrupted update left: ${describeError(error)}`, {
        cause: error,
      });
    }
  }
}
