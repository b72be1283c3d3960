import { Api, describeError, isMissing, untilFree } from "./api.remote";
import { keptTag, ownerTag } from "../tag-keys";
import type { Inputs } from "./intent-inputs.remote";
import { Projects } from "./log-project.remote";

/** What the cloud has with this stack's ownership mark, and what of it the state does not know. */

/** The services whose resources are found by their tags. */
type Service = Exclude<keyof Inputs["endpoints"], "oss" | "sls">;

interface TagPage {
  readonly TagResources?: readonly Tagged[] | { readonly TagResource?: readonly Tagged[] };
  readonly NextToken?: string;
}
interface Tagged {
  readonly ResourceId?: string;
  /** RAM's resources have names instead of ids. */
  readonly ResourceName?: string;
}

/** The stack's own resources in the cloud. */
export class Owned {
  private ownVpcs: Promise<string[]> | undefined;
  private readonly recorded: ReadonlySet<string>;
  /** What was removed, for the log of the update. */
  readonly removed: string[] = [];

  constructor(private readonly inputs: Pick<Inputs, "region" | "endpoints" | "owner" | "recorded" | "names">) {
    // The id of a resource that belongs to another one has both ids in it.
    this.recorded = new Set(inputs.recorded.flatMap((id) => [id, ...id.split(":")]));
  }

  /** The API of a service. */
  api(service: Service): Api {
    const { region, endpoints } = this.inputs;
    return new Api(service, endpoints[service], { RegionId: region });
  }

  /** The URL of a service's API. */
  endpoint(service: keyof Inputs["endpoints"]): string {
    return this.inputs.endpoints[service];
  }

  /** The log projects with this stack's mark, but those that were kept on purpose. */
  async projects(): Promise<string[]> {
    const all = await new Projects({ endpoint: this.endpoint("sls") }).list("");
    return all.filter(({ tags }) => this.owns(tags)).map(({ id }) => id);
  }

  /** Whether tags have this stack's mark, and are not of data that was kept on purpose. */
  owns(tags: Readonly<Record<string, string>>): boolean {
    return tags[ownerTag] === this.inputs.owner && !(keptTag in tags);
  }

  /** Where the rules of the load balancers are. */
  get balancing(): { readonly region: string; readonly loadBalancing: string } {
    return { region: this.inputs.region, loadBalancing: this.inputs.endpoints.alb };
  }

  /** The stack's own names. */
  get names(): Inputs["names"] {
    return this.inputs.names;
  }

  /** The ids of the VPCs that the stack has created, which get the mark as they are created. */
  vpcs(): Promise<string[]> {
    this.ownVpcs ??= this.ofStack("vpc", "VPC");
    return this.ownVpcs;
  }

  /** The value of the tag that shows that this stack owns a resource. */
  get owner(): string {
    return this.inputs.owner;
  }

  /** The ids in the state. */
  get recordedIds(): readonly string[] {
    return this.inputs.recorded;
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

  /** The ids of the resources of a type that have this stack's mark, and are no data that was kept on purpose. */
  async ofStack(service: Service, ResourceType: string): Promise<string[]> {
    const tagged = async (tag: { readonly Key: string; readonly Value?: string }) => {
      const pages = await untilFree(
        () =>
          this.api(service).pages<TagPage>("ListTagResources", {
            ResourceType,
            // RAM takes lists as JSON.
            Tag: service === "ram" ? JSON.stringify([tag]) : [tag],
          }),
        60,
      );
      const resources = pages.flatMap(({ TagResources: page = [] }) =>
        "TagResource" in page ? (page.TagResource ?? []) : (page as readonly Tagged[]),
      );
      return new Set(resources.map(({ ResourceId, ResourceName }) => ResourceId ?? ResourceName ?? ""));
    };
    const own = await tagged({ Key: ownerTag, Value: this.inputs.owner });
    if (own.size === 0) return [];
    const kept = await tagged({ Key: keptTag });
    return [...own].filter((id) => !kept.has(id));
  }

  /**
   * Those with this stack's mark that the state does not know, and those among `unmarked`: a resource may get its tags
   * by a request of its own, which an interrupted update has not sent.
   */
  async leftovers(service: Service, type: string, unmarked: readonly string[] = []): Promise<string[]> {
    const own = new Set([...(await this.ofStack(service, type)), ...unmarked]);
    return [...own].filter((id) => !this.isRecorded(id));
  }

  /** Removes a resource, and waits while something else still uses it. One that is gone already is removed. */
  async remove(what: string, id: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await untilFree(work);
      this.removed.push(`${what} ${id}`);
    } catch (error) {
      if (isMissing(error)) return;
      throw new Error(`cannot remove the ${what} ${id}, which an interrupted update left: ${describeError(error)}`, {
        cause: error,
      });
    }
  }
}
