/** What `npm run verify` makes of policies and permissions, and of the addresses that are left. */
import assert from "node:assert/strict";
import { addressFacts } from "../../verify/checks/addresses";
import { mayDelete, recipeOf } from "../../verify/checks/aws/image-lifecycle";
import { admitsEverybody, statementsOf } from "../../verify/checks/aws/policy";
import { judgePolicy } from "../../verify/checks/aws/share";
import { judgePermissions, permissionCheck } from "../../verify/checks/images";
import { judgeQuotas } from "../../verify/checks/quotas";

describe("verify: permissions", () => {
  const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

  it("admit everybody where a statement allows every account without a condition", () => {
    const open = { Effect: "Allow", Principal: "*" };
    assert.equal(admitsEverybody(policy(open)), true);
    assert.equal(admitsEverybody(policy({ ...open, Principal: { AWS: "*" } })), true);
    assert.equal(admitsEverybody(policy({ ...open, Principal: { AWS: ["arn:aws:iam::1:root", "*"] } })), true);
    assert.equal(admitsEverybody(policy({ ...open, Principal: { AWS: "arn:aws:iam::1:root" } })), false);
    assert.equal(admitsEverybody(policy({ ...open, Effect: "Deny" })), false);
    assert.equal(
      admitsEverybody(policy({ ...open, Condition: { StringEquals: { "aws:SourceAccount": "1" } } })),
      false,
    );
    assert.equal(admitsEverybody("{}"), false);
    assert.equal(statementsOf(JSON.stringify({ Statement: open })).length, 1);
  });

  it("of images are for named accounts alone", async () => {
    assert.equal(judgePermissions([{ name: "app", everybody: false }]).result, "pass");
    const { result, saw } = judgePermissions([
      { name: "app", everybody: true },
      { name: "other", everybody: false },
    ]);
    assert.deepEqual([result, saw], ["fail", "every account may use app"]);
    const vendors = permissionCheck(["ami-1"], () => Promise.resolve(undefined));
    assert.equal((await vendors.run()).result, "pass");
  });

  it("of a share are those of the stack, whatever form EFS gives them", () => {
    const tls = { Sid: "OnlyWithTls", Effect: "Deny" };
    assert.equal(judgePolicy([tls], [{ ...tls, Principal: { AWS: "*" } }]).result, "pass");
    assert.match(judgePolicy([tls], []).saw, /no longer has Deny OnlyWithTls/);
    assert.match(judgePolicy([tls], [tls, { Effect: "Allow" }]).saw, /also has Allow a statement without an id/);
    assert.equal(judgePolicy([], []).result, "pass");
  });
});

describe("verify: addresses", () => {
  it("of all subnets are counted, and could not be seen where one does not say", () => {
    const subnet = { cidr: "10.0.0.0/24", free: 1 };
    const facts = addressFacts([subnet, subnet], 5, 2);
    assert.deepEqual([facts.limit, facts.used], [502, 500]);
    assert.equal(judgeQuotas([facts]).result, "pass");
    assert.equal(judgeQuotas([{ ...facts, needs: 3 }]).result, "fail");
    assert.equal(judgeQuotas([addressFacts([subnet, { ...subnet, free: undefined }], 5, 1)]).result, "unseen");
    assert.equal(judgeQuotas([addressFacts([], 5, 1)]).result, "unseen");
  });
});

describe("verify: lifecycle policies of Image Builder", () => {
  const details = (type: "DELETE" | "DISABLE", amis: boolean) => ({
    action: { type, includeResources: { amis } },
    filter: { type: "AGE" as const, value: 30 },
  });
  const policy = {
    name: "p",
    policyDetails: [details("DELETE", true)],
    resourceSelection: { recipes: [{ name: "My Books", semanticVersion: "1.0.0" }] },
  };

  it("may delete the images of their recipes, or by tags", () => {
    const recipe = recipeOf("arn:aws:imagebuilder:us-east-1:123456789012:image/my-books/1.0.0/1");
    assert.equal(mayDelete(policy, recipe), true);
    assert.equal(mayDelete(policy, "other"), false);
    assert.equal(mayDelete({ ...policy, resourceSelection: { tagMap: { team: "books" } } }, "other"), true);
    assert.equal(mayDelete({ ...policy, policyDetails: [details("DISABLE", true)] }, recipe), false);
    assert.equal(mayDelete({ ...policy, policyDetails: [details("DELETE", false)] }, recipe), false);
  });
});
