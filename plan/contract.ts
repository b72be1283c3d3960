import type { Unwrap } from "@pulumi/pulumi";
import type { CloudName, ServiceSpec } from "../components/spec";
import type { Change, Effect } from "../components/stack-file/change-kinds";
import type { OfflineResource } from "./offline/program";

/**
 * What a plan says, as `--format json` prints it. `--against` reads the plan of another tree through this contract
 * alone, so a change that an older reader would misunderstand needs the next `schema`.
 */
export const schema = 3;
/** The schemas of another tree's plan that can be compared with: 2 differs in `changes` alone, which is not read. */
export const readableSchemas: readonly unknown[] = [2, schema];

/** The plan of one stack. */
export interface Plan {
  readonly schema: typeof schema;
  readonly project: string;
  readonly stack: string;
  readonly services: readonly ServicePlan[];
  /** The number of resources by role. */
  readonly roles: readonly RoleCount[];
  /** Every resource, ordered by role, type and name. */
  readonly resources: readonly PlannedResource[];
  /**
   * The program's outputs, with placeholders: `<bookstore.dnsName>` for a value that only the cloud knows, and
   * `<after the update: 1.4.2>` for one that is read from the cloud in the update, with what it will be if that passes.
   */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What a reader should know and the settings alone do not show, in whole sentences. */
  readonly notes: readonly string[];
  /** The same, where the service is likely not to be what its author wants. */
  readonly warnings: readonly string[];
  /** With `--against`: what changes from the other tree's plan to this one. */
  readonly changes?: Changes | undefined;
}

/** One service. */
export interface ServicePlan {
  readonly name: string;
  /** The inputs of its component: the service in its own words, with every default applied. */
  readonly description: Description;
  /** What the current release's image is baked from; absent for a service that names its image. */
  readonly bake?: Bake | undefined;
  /** The service line by line. */
  readonly facts: readonly Fact[];
  /** The steps of a release. */
  readonly update: Update;
}

/** The inputs of a service's component. */
export interface Description {
  readonly cloud: CloudName;
  readonly region: string;
  readonly service: PlannedSpec;
}

/** A service as the engine records it: outputs of other resources are their values, or words for unknown ones. */
export type PlannedSpec = Unwrap<ServiceSpec>;
/** One of its releases. */
export type PlannedRelease = PlannedSpec["releases"][number];

/** An image that the stack bakes, unless one of the same recipe exists. */
export interface Bake {
  /** The recipe, 16 hexadecimal digits of its hash. */
  readonly recipe: string;
  /** What the image starts from. */
  readonly from: string;
  /** The application's file, by its path from the project's folder. */
  readonly artifact: string;
  /** The hash of each file and folder of the recipe, by its path from the project's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Seconds that baking may take at most. */
  readonly maxSeconds: number;
}

/** One line of a service: a topic of one or two words, and its lines of text. */
export interface Fact {
  readonly topic: string;
  readonly lines: readonly string[];
}

/** The steps of an update, in order. */
export interface Update {
  readonly steps: readonly Step[];
  /** Seconds after which the traffic has switched at most. */
  readonly maxSecondsToSwitch: number;
  /** Seconds after which the whole update has finished at most. */
  readonly maxSecondsTotal: number;
  /** How a new release gets its requests in steps; absent where it gets them at once, or the update has no new release. */
  readonly rollout?: RolloutTimes | undefined;
  /**
   * How each release that gets traffic gets it. Empty where `rollout` is not set and the ledger is not known, and against another
   * tree where neither says that a release gets traffic that had none.
   */
  readonly traffic: readonly TrafficMove[];
}

/** How releases get their traffic. */
export interface TrafficMove {
  /** Their ids: several where new releases take the steps together, or where only the ledger tells them apart. */
  readonly releases: readonly string[];
  /**
   * `new`: it has had no traffic, and others serve; `first`: nothing serves; `recorded`: it has had traffic, by the ledger or by what
   * was deployed last; `unknown`: the ledger is not known.
   */
  readonly ledger: "new" | "first" | "recorded" | "unknown";
  /** Whether they take the steps of `rollout`; absent where only the ledger says that. */
  readonly inSteps?: boolean | undefined;
  /** The same in whole sentences, with the times. */
  readonly sentence: string;
}

/** The timetable of a rollout. */
export interface RolloutTimes {
  /** Where the releases are known, by the stack's outputs or in a plan against another tree: their ids. */
  readonly releases?: { readonly before: readonly string[]; readonly after: readonly string[] } | undefined;
  /** The percentages that a new release gets, in order, up to 100. */
  readonly percents: readonly number[];
  /** Seconds that it takes for a good release with enough requests to judge it. */
  readonly seconds: number;
  /** Seconds that it takes at most. */
  readonly maxSeconds: number;
  /** Seconds from the moment at which a release turns bad until the releases before it have all requests again, at most. */
  readonly backSeconds: number;
}

/** A step of an update. */
export interface Step {
  /**
   * Which updates take it: those that bake an image, add a release, add one beside those that serve, remove a release, or
   * move traffic in any way.
   */
  readonly appliesTo: "image" | "added" | "beside" | "removed" | "any";
  readonly title: string;
  /** Seconds that it may take at most by the settings; 0 where only the cloud's own call takes time. */
  readonly maxSeconds: number;
  /** The parts of those seconds, or a remark. */
  readonly detail: string;
}

/** The number of resources with one role, and their types. */
export interface RoleCount {
  readonly role: string;
  readonly count: number;
  /** Type token to number of resources. */
  readonly types: Readonly<Record<string, number>>;
}

/** A resource by its name, type and role. */
export interface NamedResource {
  readonly name: string;
  readonly type: string;
  /** What it is for: the component of the service below which it is, such as `network` or `release`. */
  readonly role: string;
}

/** A resource that the program would register. */
export interface PlannedResource extends OfflineResource, NamedResource {}

/** What changes from one plan to another. */
export interface Changes {
  /** The git ref of the plan before. */
  readonly against: string;
  readonly commit: string;
  /** What a reviewer has to know first, the worst first; empty where every change is in place or a new release. */
  readonly consequences: readonly Consequence[];
  readonly services: readonly ServiceChange[];
  readonly created: readonly NamedResource[];
  readonly deleted: readonly NamedResource[];
  /** Resources that are updated. */
  readonly changed: readonly ChangedResource[];
  /** Resources that are replaced, by the providers' schemas or the program itself. */
  readonly replaced: readonly ChangedResource[];
  readonly notes: readonly string[];
}

/**
 * A consequence of a change: `pulumi up` refuses it; the service or something outside a release is removed or replaced;
 * requests fail for a while; an address changes; data is deleted, or kept although nothing uses it any more.
 */
export interface Consequence {
  readonly kind: "refused" | "removed" | "downtime" | "address" | "dataDeleted" | "replaced" | "dataKept";
  /** The field of the stack file that causes it; absent where it follows from resources. */
  readonly path?: string | undefined;
  /** The names of the resources in question. */
  readonly resources: readonly string[];
  /** What happens, in a sentence without a full stop. */
  readonly sentence: string;
}

/** What changes in a service. */
export interface ServiceChange {
  readonly name: string;
  readonly change: "added" | "removed" | "changed" | "unchanged";
  readonly releases: readonly ReleaseChange[];
  /** What changes in its image; absent where neither plan bakes one. */
  readonly image?: ImageChange | undefined;
  /** Settings that change, besides what the releases are. */
  readonly settings: readonly SettingChange[];
  /**
   * The steps of this update, also of one that is refused; absent for a removed service. Without steps, it bakes no image and moves no
   * traffic.
   */
  readonly update?: Update | undefined;
}

/** A setting that changes. */
export interface SettingChange extends Difference {
  /** The fields of the stack file that it is about, and how each changes; empty for an unknown field. */
  readonly fields: readonly { readonly field: string; readonly change: Change }[];
  /** What the change does on the service's platform; empty for an unknown field. */
  readonly effects: readonly Effect[];
}

/** What changes in a release. */
export interface ReleaseChange {
  readonly id: string;
  /** `kept`: it stays without traffic, as `previous` says, if it is what serves. */
  readonly change: "added" | "removed" | "kept" | "unchanged";
  /** Percent of the traffic before and after; absent where the release does not exist. */
  readonly weightBefore?: number | undefined;
  readonly weightAfter?: number | undefined;
  /** For an added release: how it differs from the current release before. */
  readonly differences: readonly Difference[];
}

/** What changes in a service's image. */
export interface ImageChange {
  /** `unchanged`: the recipe is the same, so nothing is baked; `removed`: the stack no longer bakes an image. */
  readonly change: "added" | "removed" | "changed" | "unchanged";
  /** The recipe, 16 hexadecimal digits, before and after; absent where there is none. */
  readonly recipeBefore: string | undefined;
  readonly recipeAfter: string | undefined;
  /** How the recipes differ; files and folders with their hashes. Empty without a recipe before or after. */
  readonly differences: readonly Difference[];
  /** The paths among `differences` that are files or folders. */
  readonly files: readonly string[];
}

/** A resource that both plans have, with different inputs. */
export interface ChangedResource extends NamedResource {
  readonly differences: readonly Difference[];
  /** The properties whose change replaces the resource; empty for one that is updated. */
  readonly replacedFor: readonly string[];
  /** The names of replaced resources whose outputs are among its inputs, which therefore change too. */
  readonly follows: readonly string[];
}

/** A value that changes: its path, and the value before and after; absent where there is none. */
export interface Difference {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}
