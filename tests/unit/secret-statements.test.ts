import assert from "node:assert/strict";
import { secretStatements } from "../../components/clouds/aws/policy-statements";

describe("the rights to read secrets on AWS", () => {
  const resources = (references: readonly string[]) =>
    secretStatements(references, "us-east-1").map(({ Resource, Condition }) => [Resource, Condition]);

  it("name the secret, whatever field of it is read", () => {
    const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:bookstore/db-AbCdEf";
    assert.deepEqual(resources([`${secret}:password::`, `${secret}:user::`, secret]), resources([secret]));
    assert.deepEqual(resources([secret])[0]?.[0], [secret]);
  });

  it("name the parameter, whatever version or label of it is read", () => {
    const parameter = "arn:aws:ssm:us-east-1:123456789012:parameter/bookstore/db";
    assert.deepEqual(resources([`${parameter}:3`, `${parameter}:live`, parameter]), resources([parameter]));
    assert.deepEqual(resources([parameter])[0]?.[0], [parameter]);
  });
});
