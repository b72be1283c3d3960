import assert from "node:assert/strict";
import { checkRoleSize, ownPolicyCharacters } from "../../components/clouds/aws/role-size";
import type { ValidFields } from "../../components/stack-file/schema";
import { deploy } from "../support/clouds";
import { onEveryPlatform } from "../contract/platforms";

const region = "eu-central-1";
const secret = (name: string) => `arn:aws:secretsmanager:${region}:123456789012:secret:prod/bookstore/${name}-AbCdEf`;
const secrets = (count: number, reference: (index: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`S${index}`, reference(index)]));
const problems = (service: ValidFields) => checkRoleSize(service, region).map(({ path }) => path);

describe("the size of a role's policies on AWS", () => {
  const separate = (count: number) => secrets(count, (index) => secret(`setting-number-${10 + index}`));

  it("allows the secrets of a release and of the one that it replaces", () => {
    assert.deepEqual(problems({ compute: "container", secrets: separate(15) }), []);
    assert.deepEqual(problems({ compute: "container", secrets: separate(25) }), ["secrets"]);
  });

  it("counts those of every live release", () => {
    const releases: ValidFields["releases"] = [{ version: "1.0.0" }, { version: "0.9.0" }];
    assert.deepEqual(problems({ compute: "container", secrets: separate(15), releases }), ["secrets"]);
  });

  it("counts those of the release that is kept, until its deletion, beside the one that is replaced", () => {
    const service: ValidFields = { compute: "container", secrets: separate(18) };
    assert.deepEqual(problems(service), []);
    assert.deepEqual(problems({ ...service, previous: { keep: true, holdFor: undefined } }), ["secrets"]);
  });

  it("counts a secret once, however many of its fields are read", () => {
    const fields = secrets(60, (index) => `${secret("settings")}:field-${index}::`);
    assert.deepEqual(problems({ compute: "container", secrets: fields }), []);
  });

  it("counts permissions beside the secrets on vm only, where one role has both", () => {
    const permissions: ValidFields["permissions"] = [
      {
        actions: ["s3:GetObject"],
        resources: Array.from({ length: 50 }, (_, index) => `arn:aws:s3:::reports-of-month-${index}/*`),
      },
    ];
    const service = { secrets: separate(15), permissions };
    assert.deepEqual(problems({ ...service, compute: "container" }), []);
    assert.deepEqual(problems({ ...service, compute: "vm" }), ["secrets"]);
    const many: ValidFields["permissions"] = Array.from({ length: 6 }, (_, index) => ({
      ...permissions[0],
      actions: [`s3:GetObject`, `s3:Action${index}`],
    }));
    assert.deepEqual(problems({ compute: "container", permissions: many }), ["permissions"]);
  });
});

onEveryPlatform("the policies that every service has", ({ cloud, service }) => {
  if (!cloud.policies[0].startsWith("arn:aws")) return;
  it("are within what the check of roles assumes", async () => {
    const { resources } = await deploy(cloud, { ...service(), files: { share: {} } });
    const sizes = new Map<string, number>();
    for (const { inputs } of resources.filter(({ type }) => type.endsWith(":RolePolicy"))) {
      const { role, policy } = inputs as { role: string; policy: string };
      sizes.set(role, (sizes.get(role) ?? 0) + policy.length);
    }
    assert.ok(sizes.size > 0);
    for (const [role, size] of sizes) assert.ok(size <= ownPolicyCharacters, `${role}: ${size}`);
  });
});
