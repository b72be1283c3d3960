/**
 * The names of the remote modules are in the state of every stack: an entry here is never renamed and never removed.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../../..");
const components = join(root, "components");

/** The type of the resource, by the module's name; the methods that the module exports besides `create`. */
const modules: Readonly<Record<string, readonly [type: string, ...methods: string[]]>> = {
  gate: ["Gate"],
  "held-inputs": ["HeldInputs"],
  ledger: ["Ledger", "update"],
  "ownership-mark": ["OwnershipMark"],
  "baking/registry-image": ["RegistryImageLookup", "read"],
  "clouds/alicloud/account-check": ["AccountCheck"],
  "clouds/alicloud/baked-image": ["BakedImage", "read"],
  "clouds/alicloud/bounds": ["Bounds", "delete", "read", "update"],
  "clouds/alicloud/default-route": ["DefaultRoute", "delete", "update"],
  "clouds/alicloud/existing-vswitch": ["ExistingVSwitch"],
  "clouds/alicloud/header-rule": ["HeaderRule", "delete", "read", "update"],
  "clouds/alicloud/file-system": ["FileSystem", "delete", "read", "update"],
  "clouds/alicloud/health-check-types": ["HealthCheckTypes", "update"],
  "clouds/alicloud/healthy-targets": ["HealthyTargets", "delete", "update"],
  "clouds/alicloud/image-mark": ["ImageMark", "delete", "update"],
  "clouds/alicloud/image-retention": ["ImageRetention", "update"],
  "clouds/alicloud/instance-type-order": ["InstanceTypeOrder"],
  "clouds/alicloud/intent": ["Intent", "update"],
  "clouds/alicloud/launch-template-removal": ["LaunchTemplateRemoval", "delete"],
  "clouds/alicloud/load-balancer-security-group-removal": ["LoadBalancerSecurityGroupRemoval", "delete"],
  "clouds/alicloud/load-balancer-zone": ["LoadBalancerZone", "delete"],
  "clouds/alicloud/log-project": ["LogProject", "delete", "read", "update"],
  "clouds/alicloud/log-store": ["LogStore", "delete", "read", "update"],
  "clouds/alicloud/machine-group-removal": ["MachineGroupRemoval", "delete"],
  "clouds/alicloud/object-data": ["ObjectData"],
  "clouds/alicloud/object-store": ["ObjectStore", "delete", "read", "update"],
  "clouds/alicloud/secret-keys": ["SecretKeys"],
  "clouds/alicloud/share-folder": ["ShareFolder"],
  "clouds/alicloud/server-group-attachment": ["ServerGroupAttachment", "delete", "read"],
  "clouds/alicloud/public-address": ["PublicAddress", "delete", "read", "update"],
  "clouds/alicloud/random-suffix": ["RandomSuffix"],
  "clouds/alicloud/redirect-rule": ["RedirectRule", "delete", "read"],
  "clouds/alicloud/registry-link": ["RegistryLink", "delete", "update"],
  "clouds/alicloud/role-in-force": ["RoleInForce"],
  "clouds/alicloud/service-linked-role": ["ServiceLinkedRole"],
  "clouds/alicloud/sold-instance-types": ["SoldInstanceTypes"],
  "clouds/alicloud/start-size": ["StartSize"],
  "clouds/alicloud/traffic-rule": ["TrafficRule", "delete", "read", "update"],
  "clouds/aws/account-check": ["AccountCheck"],
  "clouds/aws/baked-image": ["BakedImage", "read"],
  "clouds/aws/bounds": ["Bounds", "delete", "read", "update"],
  "clouds/aws/cluster-removal": ["ClusterRemoval", "delete"],
  "clouds/aws/endpoint-zone": ["EndpointZone", "delete", "read"],
  "clouds/aws/existing-subnets": ["ExistingSubnets", "update"],
  "clouds/aws/file-system": ["FileSystem", "delete", "read", "update"],
  "clouds/aws/healthy-targets": ["HealthyTargets"],
  "clouds/aws/image-mark": ["ImageMark", "delete", "update"],
  "clouds/aws/image-retention": ["ImageRetention", "update"],
  "clouds/aws/log-store": ["LogStore", "delete", "read", "update"],
  "clouds/aws/object-store": ["ObjectStore", "delete", "read", "update"],
  "clouds/aws/header-rule": ["HeaderRule", "delete", "read", "update"],
  "clouds/aws/intent": ["Intent", "update"],
  "clouds/aws/listener-removal": ["ListenerRemoval", "delete"],
  "clouds/aws/load-balancer-zone": ["LoadBalancerZone", "delete", "read"],
  "clouds/aws/mount-target": ["MountTarget", "delete", "read", "update"],
  "clouds/aws/redirect-rule": ["RedirectRule", "delete", "read", "update"],
  "clouds/aws/start-size": ["StartSize"],
  "clouds/aws/traffic-rule": ["TrafficRule", "delete", "read", "update"],
};

const files = readdirSync(components, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

describe("the remote modules", () => {
  it("have the names and types that are in the states of stacks, each beside its class", () => {
    const declared = files.flatMap((file) => {
      const source = readFileSync(join(components, file), "utf8");
      const [, type, module] =
        /: RemoteKind<typeof code> = \{\s*type: "(\w+)",\s*module: "([\w/-]+)"/.exec(source) ?? [];
      return type === undefined ? [] : [{ file, type, module }];
    });
    const expected = Object.entries(modules).map(([module, [type]]) => ({ file: `${module}.ts`, type, module }));
    const byFile = (a: { file: string }, b: { file: string }) => (a.file < b.file ? -1 : 1);
    assert.deepEqual(declared.sort(byFile), expected.sort(byFile));
  });

  // As the provider's process loads them: in plain Node.js, through tsx.
  it("load without Pulumi, and export what their classes declare", () => {
    const script = `
      const found = {};
      for (const file of ${JSON.stringify(files.filter((file) => file.endsWith(".remote.ts")))}) {
        const path = ${JSON.stringify(components)} + "/" + file;
        const exported = Object.keys(require("tsx/cjs/api").require(path, path));
        // Whatever else a module exports is for other modules.
        const methods = exported.filter((name) => ["delete", "read", "update"].includes(name)).sort();
        if (exported.includes("create")) found[file.replace(".remote.ts", "")] = methods;
      }
      const pulumi = Object.keys(require.cache).filter((file) => file.includes("/node_modules/@pulumi/"));
      console.log(JSON.stringify({ found, pulumi }));
    `;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const { found, pulumi } = JSON.parse(stdout) as { found: Record<string, string[]>; pulumi: string[] };
    assert.deepEqual(pulumi, []);
    const methods = Object.entries(modules).map(([module, [, ...names]]) => [module, names]);
    assert.deepEqual(found, Object.fromEntries(methods));
  });
});
