import assert from "node:assert/strict";
import { type Remedy, inService, within } from "../../components/stack-file/field-names";
import { SettingsError } from "../../components/stack-file/problems";
import { serviceFields } from "../../components/stack-file/schema";
import { FieldNames } from "../../components/stack-file/unknown-fields";

const names = new FieldNames(serviceFields);
const fieldsIn = (scope: string) =>
  [...names.paths].flatMap((path) => {
    const name = scope === "" ? path : path.startsWith(`${scope}.`) ? path.slice(scope.length + 1) : "";
    return name === "" || name.includes(".") ? [] : [name];
  });
const all: (readonly [scope: string, remedies: readonly Remedy[]])[] = [["", inService], ...Object.entries(within)];

describe("a field by another name", () => {
  for (const [scope, remedies] of all)
    describe(scope === "" ? "in the service" : `in ${scope}`, () => {
      it("is not the name of a field there, and is in one remedy", () => {
        const given = remedies.flatMap((remedy) => remedy.names);
        assert.deepEqual(
          given.filter((name) => name !== name.toLowerCase().replace(/[-_ ]/g, "")),
          [],
        );
        const fields = fieldsIn(scope).map((name) => name.toLowerCase());
        assert.deepEqual(
          given.filter((name, index) => fields.includes(name) || given.indexOf(name) !== index),
          [],
        );
      });

      it("leads to a field that exists, or says what to do instead", () => {
        for (const { names: given, use = [], advice } of remedies) {
          for (const path of [use].flat()) assert.ok(names.paths.has(path), `${given.join()}: ${path}`);
          assert.ok([use].flat().length > 0 || advice !== undefined, given.join());
        }
      });
    });

  const message = (path: readonly PropertyKey[], known: readonly string[] = []) => names.unknown(path, known);
  const service = Object.keys(serviceFields);

  for (const [name, remedy] of Object.entries({
    replicas: "give instances.min",
    count: "give instances.min",
    desiredCount: "give instances.min or instances.start",
    desired_count: "give instances.min or instances.start",
    maxSize: "give instances.max",
    env: "give environment",
    cpu: "give size.cpu, in vCPUs",
    memory: "give size.memoryGiB, in GiB",
    memoryGiB: "give size.memoryGiB, in GiB",
    instanceType: "give size, there is no field for an instance type",
    domain: "no DNS record is created: give tls.certificate",
    healthcheck: "give health",
    "health-check": "give health",
    autoscaling: "give scaling",
    ports: "give port",
    cmd: "give command",
    iamPolicies: "give permissions",
    subnets: "give network.privateSubnetIds or network.publicSubnetIds",
    vpc: "give network.vpcId",
    securityGroups: "give network.securityGroupIds, beside the group of their own",
    secretsManager: "give secrets, by reference",
    volumes: "give files.share",
    certificate: "give tls.certificate",
    region: "it is a key beside the service, aws:region or alicloud:region",
    idleTimeout: "give loadBalancer.idleTimeout",
    // By the schema alone
    allowFrom: "give loadBalancer.allowFrom",
    egress: "give network.egress",
    retentionDays: "give logs.retentionDays",
    answers: "give gate.answers",
    load_balancer: 'did you mean "loadBalancer"?',
    helth: 'did you mean "health"?',
  }))
    it(`${name} gets its remedy`, () => {
      assert.ok(message([name], service).includes(remedy), message([name], service));
    });

  it("in a mapping gets that mapping's remedy before the service's", () => {
    assert.match(message(["size", "memory"], ["cpu", "memoryGiB"]), /give size.memoryGiB, in GiB$/);
    assert.match(message(["scaling", 2, "cooldown"], ["metric", "target"]), /the clouds' own times hold$/);
    assert.match(message(["health", "retries"], []), /give health.unhealthyAfter, in seconds/);
    assert.match(message(["network", "aws", "vpc"], []), /give network.vpcId$/);
    assert.match(message(["releases", 0, "replicas"], []), /give instances.min$/);
    assert.match(message(["releases", 0, "disk", "rootDevice"], []), /give aws.rootDevice, beside disk$/);
    assert.match(message(["size", "environment"], ["cpu"]), /give environment$/);
    assert.match(message(["tls", "domain"], ["certificate"]), /no DNS record is created/);
  });

  it("gets none where any name may be somebody's own, or where a guess would mislead", () => {
    assert.equal(message(["secrets", "DB", "memory"], ["aws", "alicloud"]), "unknown field");
    assert.equal(message(["wobble"], service), "unknown field");
    assert.equal(message(["scaling", 0, "kind"], ["metric", "target"]), "unknown field");
  });

  it("is reported with the known fields of each mapping once", () => {
    const known = ["cpu", "memoryGiB"];
    const unknown = (path: string, of = known) => ({
      code: "unknown-field" as const,
      path,
      message: "unknown field",
      known: of,
    });
    const { message: text } = new SettingsError([
      unknown("replicas", service),
      unknown("env", service),
      unknown("size.ram"),
      unknown("releases[0].size.ram"),
      unknown("releases[0].size.vcpu"),
    ]);
    const lines = text.split("\n").filter((line) => line.startsWith("  known in "));
    assert.deepEqual(lines, [
      `  known in the service: ${service.join(", ")}`,
      "  known in size and releases[0].size: cpu, memoryGiB",
    ]);
  });
});
