import type { Description } from "../components/service";

/**
 * What a plan says, as `--format json` prints it. `--against` reads the plan of another tree through this contract
 * alone, so a change that an older reader would misunderstand needs the next `schema`.
 */
export const schema = 1;

/** The plan of one stack. */
export interface Plan {
  readonly schema: typeof schema;
  readonly project: string;
  readonly stack: string;
  readonly services: readonly ServicePlan[];
  /** How many resources there are, by what they are for. */
  readonly roles: readonly RoleCount[];
  /** Every resource, ordered by role, type and name. */
  readonly resources: readonly PlannedResource[];
  /** What the program tells when it is done, with stand-ins such as `<bookstore.dnsName>` for what only the cloud knows. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What a reader should know and the settings alone do not show, in whole sentences. */
  readonly notes: readonly string[];
}

/** One service in its own words. */
export interface ServicePlan {
  readonly name: string;
  /** What the component registered as its inputs: the service with every default applied. */
  readonly description: Description;
  /** What its first release's image is baked from; left out for a service that names its image. */
  readonly bake?: Bake | undefined;
  /** The service told line by line. */
  readonly facts: readonly Fact[];
  /** What a new release goes through. */
  readonly update: Update;
}

/** An image that the stack bakes, unless one of the same recipe is there already. */
export interface Bake {
  /** The recipe, 16 hexadecimal digits of its hash. */
  readonly recipe: string;
  /** What the image starts from. */
  readonly from: string;
  /** The application's file, by its path from the project's folder. */
  readonly artifact: string;
  /** The hash of each file and folder that the recipe has, by its path from the project's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Seconds that baking may take at most. */
  readonly atMost: number;
}

/** One line of a service: a topic of one or two words and what there is to say about it, one text per line. */
export interface Fact {
  readonly topic: string;
  readonly lines: readonly string[];
}

/** What an update does, in order. */
export interface Update {
  readonly steps: readonly Step[];
  /** Seconds after which the traffic has moved at most. */
  readonly trafficMovedWithin: number;
  /** Seconds after which the old release is gone at most. */
  readonly overWithin: number;
}

/** A step of an update. */
export interface Step {
  /** Whether a release that comes or goes takes this step, or either of them; or only one that comes with an image that is not there yet. */
  readonly of: "baked" | "comes" | "goes" | "either";
  readonly what: string;
  /** Seconds that it may take at most by the settings; 0 where only the cloud's own call takes time. */
  readonly atMost: number;
  /** What those seconds are made of, or a remark. */
  readonly why: string;
}

/** How many resources a role has, and of which types. */
export interface RoleCount {
  readonly role: string;
  readonly count: number;
  /** Type token to number of resources. */
  readonly types: Readonly<Record<string, number>>;
}

/** A resource that the program would register. */
export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly role: string;
  /** The parent's URN; the stack's own children have none. */
  readonly parent: string | null;
  /** The URNs of what must exist before, sorted. */
  readonly dependencies: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Properties whose changes the engine passes over. */
  readonly ignoreChanges: readonly string[];
  /** Properties whose changes make another resource, as the program itself says; the cloud may know more. */
  readonly replaceOnChanges: readonly string[];
}
