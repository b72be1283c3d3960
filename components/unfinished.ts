import * as pulumi from "@pulumi/pulumi";
import { componentTypes } from "./component-types";
import { keyOf } from "./id";
import { Image } from "./image";
import type { Requested } from "./clouds/cloud";
import type { RecordedResource } from "./last-outputs";

/*
 * An update that is interrupted while it deletes leaves resources in the state that the cloud may not have any more. Where the
 * next program no longer has them either, the engine deletes them again. Where it has them again, they must be created again.
 */

/** The last part of the types of the stores: they have data, and are never deleted to be created again. */
const stores = ["ObjectStore", "FileSystem", "LogProject", "LogStore"];

const own = [componentTypes.service, componentTypes.environment].map((type) => `${type}$`);

function isComponent(type: string): boolean {
  return Object.values<string>(componentTypes).includes(type);
}

/** The key of a recorded resource of a service or its environment; undefined for any other, and for a component. */
function recordedKey({ urn }: RecordedResource): string | undefined {
  const [, , types = "", name = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  const type = types.slice(types.lastIndexOf("$") + 1);
  const isOwn = own.some((root) => types.startsWith(root)) && !types.includes(componentTypes.image);
  return isOwn && !isComponent(type) ? keyOf(type, name) : undefined;
}

/**
 * The keys of the resources whose deletion was interrupted. The traffic split is the last resource of a program: if it has recorded
 * the intent, only deletions were left, and these are the recorded resources that the program did not have. An update that was
 * interrupted since then has kept the list in its intent.
 *
 * @param intent the outputs of the recorded intent
 * @param requested what the recorded rules of the traffic split were set for
 */
export function unfinishedIn(
  resources: readonly RecordedResource[],
  intent: Readonly<Record<string, unknown>>,
  requested: readonly Partial<Requested>[],
): readonly string[] {
  const { digest, attempt, unfinished } = intent;
  const ended = requested.find(
    (one) => one.digest === digest && one.attempt === attempt && one.resources !== undefined,
  );
  const had = ended?.resources?.split(" ");
  const kept = Array.isArray(unfinished) ? (unfinished as readonly unknown[]) : [];
  const found = resources.flatMap((one) => recordedKey(one) ?? []);
  const keys = found.filter((key) => (had === undefined ? kept.includes(key) : !had.includes(key)));
  return [...new Set(keys)].sort();
}

/** The registered resources of one program, by key. */
export class Registered {
  private readonly keys: string[] = [];
  /** All keys. A service registers everything as it is constructed, without a pause; this promise waits until then. */
  readonly all: Promise<readonly string[]> = Promise.resolve().then(() => [...new Set(this.keys)].sort());

  /**
   * The keys of the resources of this program that have to be created again, once it has registered everything. Other programs'
   * and other services' resources are never among them.
   */
  readonly renewed: Promise<ReadonlySet<string>> = this.all.then(
    (keys) => new Set(keys.filter((key) => this.unfinished.includes(key))),
  );
  /** How many times resources had to be created again in the stack's life: changes after an interrupted deletion. */
  readonly renewal: Promise<number> = this.renewed.then(({ size }) => this.renewals + Math.min(1, size));

  /**
   * @param intent the intent, as soon as it is registered
   * @param unfinished the keys of the resources whose deletion was interrupted
   * @param renewals how many times resources had to be created again before
   */
  constructor(
    private readonly intent: readonly pulumi.Resource[],
    private readonly unfinished: readonly string[],
    private readonly renewals: number,
  ) {}

  /**
   * Notes every resource but images, which outlive the stack; lets it depend on the intent; and lets those whose deletion was
   * interrupted be created again. The intent is replaced then, and has removed before what is left of them.
   */
  readonly transformation: pulumi.ResourceTransformation = ({ resource, type, name, props, opts }) => {
    if ([resource, opts.parent].some((one) => one instanceof Image)) return undefined;
    const afterIntent = {
      ...pulumi.mergeOptions(opts, { dependsOn: [...this.intent] }),
    } as pulumi.CustomResourceOptions;
    if (isComponent(type)) return { props, opts: afterIntent };
    const key = keyOf(type, name);
    this.keys.push(key);
    if (stores.includes(type.slice(type.lastIndexOf(":") + 1)))
      return { props: { ...(props as object), renewal: this.renewal }, opts: afterIntent };
    if (this.intent.length === 0 || !this.unfinished.includes(key)) return { props, opts: afterIntent };
    return { props, opts: { ...afterIntent, replaceWith: [...this.intent], deleteBeforeReplace: true } };
  };
}

/**
 * The types of resources that the intent leaves to the engine and to what deletes them for it: once they are gone, the provider fails
 * to delete them again, as a listener on AWS, or what belongs to them, a route table's routes and attachments and a machine group's.
 */
const leftToEngine = [
  "aws:lb/listener:Listener",
  "aws:ec2/routeTable:RouteTable",
  "alicloud:vpc/routeTable:RouteTable",
  "alicloud:log/machineGroup:MachineGroup",
  "alicloud:log/logTailConfig:LogTailConfig",
];

/** The ids in the state of everything but the resources with these keys. */
export function idsBut(resources: readonly RecordedResource[], renewed: ReadonlySet<string>): string[] {
  return resources
    .filter((one) => leftToEngine.includes(one.type) || !renewed.has(recordedKey(one) ?? ""))
    .flatMap(({ outputs: { id, rule, member, task } }) =>
      [id, rule, member, task].filter((one) => typeof one === "string"),
    );
}
