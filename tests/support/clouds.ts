import type { CloudName, ServiceArgs } from "../../components/stack-file/schema";
import type { LastOutputs } from "../../components/last-outputs";
import { ImmutableService } from "../../components/service";
import type { Compute } from "../../components/spec";
import { resolveService } from "../../components/resolve";
import { alicloudUnderTest } from "./alicloud-under-test";
import { awsUnderTest } from "./aws-under-test";
import type { CloudUnderTest } from "./cloud-under-test";
import { type Recording, type Registered, run } from "./monitor";

export type { CloudUnderTest, Parts } from "./cloud-under-test";

/** Every cloud of the port: one that has no entry does not compile. */
export const clouds: Readonly<Record<CloudName, CloudUnderTest>> = { aws: awsUnderTest, alicloud: alicloudUnderTest };

/** Every compute of the port. */
export const computes = Object.keys(awsUnderTest.parts) as readonly Compute[];
export const gateType = "pulumi-nodejs:dynamic/immutable-service:Gate";
/** The rules of a listener, which have the same types on every cloud. */
export const headerRuleType = "pulumi-nodejs:dynamic/immutable-service:HeaderRule";
export const trafficRuleType = "pulumi-nodejs:dynamic/immutable-service:TrafficRule";
export const redirectRuleType = "pulumi-nodejs:dynamic/immutable-service:RedirectRule";

/** A service with every feature that all platforms offer, and with secrets where the platform offers them. */
export function wholeService(cloud: CloudUnderTest, compute: Compute, changes: Partial<ServiceArgs> = {}): ServiceArgs {
  return {
    name: "bookstore",
    version: "1.4.2",
    compute,
    image: cloud.images[compute][0],
    port: 8080,
    size: { cpu: 0.5, memoryGiB: 1 },
    instances: { min: 2, max: 6 },
    environment: { CATALOGUE: "spring" },
    ...(cloud.make().platforms[compute].capabilities.secrets.offered ? { secrets: { TOKEN: cloud.secret } } : {}),
    ...(compute === "vm" ? {} : cloud.baking.service),
    files: {},
    logs: { retentionDays: 30 },
    scaling: [
      { metric: "cpu", target: 60 },
      { metric: "requests", target: 600 },
      { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 },
    ],
    ...changes,
  };
}

/** The fields of a service whose image the stack bakes, of a file that is in every checkout. */
export function bakedFields(cloud: CloudUnderTest, compute: Compute, changes: object = {}): Partial<ServiceArgs> {
  const from = compute === "vm" ? cloud.images.vm[0] : `docker.io/library/debian@sha256:${"d".repeat(64)}`;
  const build: BuildArgs = {
    from,
    artifact: "images/app/pom.xml",
    arguments:
      compute === "vm"
        ? { base_for_secrets: "true", base_for_share: "true" }
        : { MAVEN_CENTRAL: "https://maven.example.com" },
    ...(compute === "vm" ? {} : cloud.baking.build),
    ...changes,
  };
  return { image: { build }, ...(compute === "vm" ? {} : cloud.baking.service) };
}

/** The fields of a build, as a stack file has them. */
type BuildArgs = Extract<ServiceArgs["image"], { build: unknown }>["build"];

/** What a stack knows of itself before its first update. */
export const newStack: LastOutputs = { deployed: undefined, resources: [] };

const runs = new Map<string, Promise<Recording>>();

/**
 * Runs services side by side on one cloud. Returns what they registered, and their outputs. The same ones run only
 * once.
 */
export function deploy(
  cloud: CloudUnderTest,
  services: ServiceArgs | readonly ServiceArgs[],
  preview = false,
): Promise<Recording> {
  const key = JSON.stringify([cloud.make().name, services, preview]);
  const recording = runs.get(key) ?? runServices(cloud, services, preview);
  runs.set(key, recording);
  return recording;
}

async function runServices(
  cloud: CloudUnderTest,
  services: ServiceArgs | readonly ServiceArgs[],
  preview: boolean,
): Promise<Recording> {
  const here = cloud.make();
  const all = "name" in services ? [services] : services;
  const recording = await run(
    () =>
      all.map((service) => {
        const spec = resolveService(service, here);
        return new ImmutableService(spec.name, { cloud: here, spec, last: newStack }).outputs;
      }),
    { outputsOf: cloud.outputsOf, preview },
  );
  if (recording.error) throw recording.error;
  return recording;
}

/** The one resource of a type, whose name may have to end in a certain way. */
export function only(resources: readonly Registered[], type: string, ending = ""): Registered {
  const found = resources.filter((resource) => resource.type === type && resource.name.endsWith(ending));
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`wanted one ${type} …${ending}, got ${found.length}: ${found.map(({ name }) => name).join(", ")}`);
  return found[0];
}

/** A resource's inputs without its tags, which may change while it stays. */
export function untagged({ inputs }: Registered): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "tags" && key !== "templateTags"));
}

/** Whether one resource is created after another, directly or by way of others. */
export function waitsFor(resources: readonly Registered[], later: Registered, earlier: Registered): boolean {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const seen = new Set<string>();
  const open = [...later.dependencies];
  for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
    if (urn === earlier.urn) return true;
    if (seen.has(urn)) continue;
    seen.add(urn);
    open.push(...(byUrn.get(urn)?.dependencies ?? []));
  }
  return false;
}
