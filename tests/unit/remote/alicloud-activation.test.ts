import assert from "node:assert/strict";
import { activationAdvice, isInactive } from "../../../components/clouds/alicloud/errors.remote";
import { replyError } from "../../../components/clouds/alicloud/http.remote";
import { withAdvice } from "../../../components/clouds/alicloud/launch-problems.remote";

describe("a product that the account has not activated, on Alibaba Cloud", () => {
  const error = (code: string, message: string) => Object.assign(new Error(message), { code });

  it("is named, with what to do", () => {
    for (const [service, code, message, product] of [
      ["oss", "UserDisable", "UserDisable", "Object Storage Service"],
      ["sls", "InvalidAccessKeyId", "AccessKeyId LTAI5t is inactive", "Simple Log Service"],
      ["nas", "Forbidden.NotActivated", "x", "File Storage NAS"],
      ["kms", "x", "The account has not activated KMS.", "Key Management Service"],
      ["cr", "SERVICE_NOT_OPEN", "x", "Container Registry"],
    ] as const)
      assert.equal(
        activationAdvice(service, error(code, message)),
        `. Has the account activated ${product}? Open its console once, accept its terms, and run the update again`,
      );
    assert.match(replyError("oss", "UserDisable", "UserDisable", 403).message, /^UserDisable: UserDisable\. Has the/);
  });

  it("is not suspected where another reason is given", () => {
    for (const [code, message] of [
      ["InvalidAccessKeyId", "The access key does not exist"],
      ["NoPermission", "not authorized"],
      ["NotOpenable", "x"],
    ] as const)
      assert.ok(!isInactive(error(code, message)), code);
    assert.equal(activationAdvice("vpc", error("NotActivated", "")), "");
  });

  it("is named where a container group cannot start for the lack of it", () => {
    assert.match(
      withAdvice("containerRepositoryAuthorizationFailed: An error occurred"),
      /has to activate Container Registry/,
    );
    assert.match(withAdvice("x: The account has not activated ECI"), /open the product's console once/);
    assert.match(withAdvice("CreateServiceLinkedRole.Denied: x"), /--ServiceName eci\.aliyuncs\.com/);
  });
});
