import { now, repeated, sleep } from "../../clock.remote";
import { Api, codeOf, type Parameters } from "./api.remote";

/** The APIs that work with machine images. */
export interface Endpoints {
  readonly region: string;
  /** The URLs of the APIs of ECS and of Auto Scaling. */
  readonly ecs: string;
  readonly scaling: string;
}

/** A machine image as ECS describes it. */
export interface MachineImage {
  readonly ImageId: string;
  readonly Status: string;
  /** In GiB. */
  readonly Size?: number;
  /** Whether instances use it: `instance` or `none`. */
  readonly Usage?: string;
  readonly CreationTime: string;
  readonly Features?: {
    /** Whether its system works where metadata requires session tokens: `v2`. */
    readonly ImdsSupport?: string;
  };
  readonly Tags?: { readonly Tag?: readonly { readonly TagKey: string; readonly TagValue: string }[] };
  readonly DiskDeviceMappings?: { readonly DiskDeviceMapping?: readonly { readonly SnapshotId?: string }[] };
}

interface ImagesPage {
  readonly Images?: { readonly Image?: readonly MachineImage[] };
  readonly TotalCount?: number;
}

/** How the code of a reply begins that may be different a moment later. */
const temporary = [
  "Throttling",
  "ServiceUnavailable",
  "InternalError",
  "SystemBusy",
  "OperationConflict",
  "LastTokenProcessing",
  "IdempotentProcessing",
  "ImageIsCreating",
  "SnapshotCreatedImage",
  "IncorrectInstanceStatus",
];

/** How long one request is repeated. */
const retrySeconds = 180;

const statuses = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated";

/** Calls about machine images within a time limit. */
export class ImageSession {
  private readonly apis: { readonly ecs: Api; readonly ess: Api };
  private deadline = 0;

  constructor(endpoints: Endpoints, minutes: number) {
    const common = { RegionId: endpoints.region };
    this.apis = { ecs: new Api("ecs", endpoints.ecs, common), ess: new Api("ess", endpoints.scaling, common) };
    this.extend(minutes);
  }

  /** Sets the time limit to so many minutes from now. */
  extend(minutes: number): void {
    this.deadline = now() + minutes * 60_000;
  }

  get remainingSeconds(): number {
    return Math.round((this.deadline - now()) / 1000);
  }

  /** Sends a request, and repeats it while the failure may be temporary. The vendor's client repeats nothing. */
  async request<Reply>(action: string, parameters: Parameters, service: "ecs" | "ess" = "ecs"): Promise<Reply> {
    const limitSeconds = Math.min(retrySeconds, this.remainingSeconds);
    return repeated(() => this.apis[service].once<Reply>(action, parameters, 30), isTemporary, limitSeconds);
  }

  /** Polls until `look` returns something, at first often: some waits are short. */
  async waitFor<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
    for (let wait = 250; ; wait = Math.min(wait * 1.5, 5000)) {
      const found = await look();
      if (found !== undefined) return found;
      if (now() + wait > this.deadline) throw new Error(`it ran out of time while it waited for ${what}`);
      await sleep(wait);
    }
  }

  /** The images with any status that match the filter, the newest first: the account's own, or all that it may use. */
  async images(filter: Parameters, owner: "self" | "any" = "self"): Promise<MachineImage[]> {
    const images: MachineImage[] = [];
    for (let page = 1; ; page += 1) {
      const parameters = { Status: statuses, PageSize: 100, PageNumber: page, ...filter };
      const owned = owner === "self" ? { ImageOwnerAlias: "self" } : {};
      const { Images, TotalCount = 0 } = await this.request<ImagesPage>("DescribeImages", { ...owned, ...parameters });
      const found = Images?.Image ?? [];
      images.push(...found);
      if (found.length === 0 || images.length >= TotalCount) return images.sort(byAge);
    }
  }

  /** Deletes an image that no instance uses, and its snapshots, which would remain and cost money. */
  async deleteImage(id: string): Promise<void> {
    const image = await this.waitFor(`the image ${id}, which cannot be deleted before it is complete`, async () => {
      const [found] = await this.images({ ImageId: id });
      return found !== undefined && /^(Creating|Waiting)$/.test(found.Status) ? undefined : (found ?? null);
    });
    await this.request("DeleteImage", { ImageId: id });
    for (const { SnapshotId } of image?.DiskDeviceMappings?.DiskDeviceMapping ?? []) {
      if (SnapshotId) await this.request("DeleteSnapshot", { SnapshotId, Force: true });
    }
  }
}

function isTemporary(error: unknown): boolean {
  // Without a reply nothing was refused: it was lost. Client tokens make a repeated request safe.
  const { data } = Object(error) as { data?: unknown };
  return data === undefined
    ? !/credential/i.test(String(error))
    : temporary.some((code) => codeOf(error).startsWith(code));
}

function byAge(a: MachineImage, b: MachineImage): number {
  return a.CreationTime < b.CreationTime ? 1 : -1;
}

/** Tags as a parameter of a request. */
export function tagParameter(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The value of an image's tag. */
export function tagOf({ Tags }: MachineImage, key: string): string | undefined {
  return Tags?.Tag?.find(({ TagKey }) => TagKey === key)?.TagValue;
}
