/**
 * What a change of a running service leaves as it is. The engine first creates what is new, then updates what has
 * changed, and deletes last; so what the serving release needs may be neither updated nor replaced.
 */
import assert from "node:assert/strict";
import { componentTypes } from "../../components/component-types";
import type { ServiceArgs } from "../../components/stack-file/schema";
import { type CloudUnderTest, computes, deploy, trafficRuleType, wholeService } from "../support/clouds";
import type { Registered } from "../support/monitor";
import { onEveryPlatform } from "./platforms";

/** Resources that change nothing that serves: they record what the program asks for, or check what exists. */
const recording = [
  componentTypes.service,
  trafficRuleType,
  ...["Intent", "Ledger", "ExistingSubnets"].map((name) => `pulumi-nodejs:dynamic/immutable-service:${name}`),
];

/**
 * What one service has that another lacks, and what both have, but with other inputs. Of a removed release only its
 * node.
 */
async function difference(
  cloud: CloudUnderTest,
  before: ServiceArgs,
  after: ServiceArgs,
): Promise<{ readonly removed: string[]; readonly changed: string[] }> {
  const [was, is] = [(await deploy(cloud, before)).resources, (await deploy(cloud, after)).resources];
  const kept = new Map(is.map((one) => [one.urn, one]));
  const isRemoved = ({ urn }: Pick<Registered, "urn">) => !kept.has(urn);
  const releases = was.filter((one) => one.type === componentTypes.release && isRemoved(one)).map(({ urn }) => urn);
  return {
    removed: was
      .filter((one) => isRemoved(one) && !releases.includes(one.parent ?? ""))
      .map(({ type, name }) => `${lastOf(type)} ${name}`)
      .sort(),
    changed: was.flatMap((one) => {
      const inputs = kept.get(one.urn)?.inputs;
      if (inputs === undefined || recording.includes(one.type)) return [];
      const keys = [...new Set([...Object.keys(one.inputs), ...Object.keys(inputs)])];
      return keys
        .filter((key) => !one.ignoreChanges.includes(key) && text(one.inputs[key]) !== text(inputs[key]))
        .map((key) => `${lastOf(one.type)} ${one.name} ${key}`);
    }),
  };
}

function lastOf(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

function text(value: unknown): string | undefined {
  return JSON.stringify(value);
}

onEveryPlatform("a change of a running service", ({ cloud, compute, service }) => {
  const onAws = cloud.make().name === "aws";
  const [a = "", b = "", c = ""] = ["a", "b", "c"].map((letter) =>
    onAws ? `us-east-1${letter}` : `cn-hangzhou-${{ a: "i", b: "j", c: "k" }[letter] ?? ""}`,
  );
  const zones = (...all: readonly string[]) => service({ network: { zones: all, egress: "endpoints" } });
  const subnets = (...ids: readonly string[]) => {
    const privateSubnetIds = ids.map((id) => `${onAws ? "subnet" : "vsw"}-${id}`);
    // A subnet of AWS is public or private; a vSwitch can have both the load balancer and instances.
    const publicSubnetIds = privateSubnetIds.slice(0, 2).map((id) => (onAws ? `${id}0` : id));
    return service({ network: { vpcId: "vpc-1", privateSubnetIds, publicSubnetIds } });
  };

  it("to TLS moves the rules to another listener, and leaves the one on port 80 and the instances", async () => {
    const { removed, changed } = await difference(
      cloud,
      service(),
      service({ tls: { certificate: cloud.certificate } }),
    );
    assert.deepEqual(
      removed.map((one) => one.replace(/-1-4-2-\w{6}/, "-<release>")),
      ["HeaderRule bookstore-<release>-header-http", "TrafficRule bookstore-traffic-split-http"],
    );
    // Checks that have passed are not repeated for these.
    assert.deepEqual(
      changed.filter((one) => !/^(HealthyTargets \S+ listener|Gate \S+ url)$/.test(one)),
      [],
    );
  });

  it("of the order of zones or subnets is none", async () => {
    const none = { removed: [], changed: [] };
    assert.deepEqual(await difference(cloud, zones(a, b), zones(b, a)), none);
    assert.deepEqual(await difference(cloud, subnets("1", "2"), subnets("2", "1")), none);
  });

  it("to a further zone or subnet makes a new release, and leaves all zones as they are", async () => {
    // The new zone sorts before the others.
    for (const [before, after] of [
      [zones(b, c), zones(a, b, c)],
      [subnets("1", "2"), subnets("1", "2", "0")],
    ] as const) {
      const { removed, changed } = await difference(cloud, before, after);
      assert.deepEqual(
        removed.map((one) => one.replace(/-1-4-2-\w{6}$/, "")),
        ["Release bookstore"],
      );
      // What looks existing subnets up, and changes nothing, looks up the further one too; the link to a registry stays
      // in its vSwitch.
      assert.deepEqual(
        changed.filter((one) => !/^(ExistingSubnets \S+ instances|RegistryLink \S+ vSwitches)$/.test(one)),
        [],
      );
    }
  });

  const releases: Record<string, Partial<ServiceArgs>> = {
    "another health check": { health: { path: "/ready" } },
    "another port": { port: 9090 },
    "no files, and so fewer rights": { files: undefined },
    "no secrets, and so fewer rights": { secrets: {} },
    "a shared file system": { files: { share: {} } },
  };
  for (const [what, fields] of Object.entries(releases)) {
    const { secrets } = cloud.make().platforms[compute].capabilities;
    if (fields.secrets !== undefined && !secrets.offered) continue;
    it(`to ${what} makes a new release, and changes nothing that the serving one has`, async () => {
      const { removed, changed } = await difference(cloud, service(), service(fields));
      assert.ok(removed.some((one) => one.startsWith("Release ")));
      assert.deepEqual(changed, []);
    });
  }

  it("to other bounds changes the resource that applies them, and no group, whose bounds may be a schedule's", async () => {
    const { removed, changed } = await difference(cloud, service(), service({ instances: { min: 3, max: 9 } }));
    assert.deepEqual(removed, []);
    // Instances that are healthy already are not waited for again, and the size of a release is read once.
    const once = /^(HealthyTargets \S+ instances|StartSize \S+ (min|max|start))$/;
    const others = changed.filter((one) => !once.test(one));
    assert.deepEqual(
      others.map((one) => one.replace(/-1-4-2-\w{6}/, "")).sort(),
      ["max", "min"].map((key) => `Bounds bookstore-bounds ${key}`),
    );
  });

  it("to the other compute makes a role of its own, and leaves the serving release's", async () => {
    const other = computes.find((one) => one !== compute) ?? assert.fail("there is one compute");
    const { removed, changed } = await difference(cloud, service(), wholeService(cloud, other));
    assert.ok(removed.includes(`Role bookstore-${compute}`), removed.join("\n"));
    assert.deepEqual(changed, []);
  });
});
