import assert from "node:assert/strict";
import { accountAdvice, isInactive } from "../../../components/clouds/alicloud/errors.remote";
import { replyError } from "../../../components/clouds/alicloud/http.remote";
import { launchProblems } from "../../../components/clouds/alicloud/launch-problems.remote";
import { withAdvice } from "../../../components/clouds/launch-problems.remote";

describe("a product that the account has not activated, on Alibaba Cloud", () => {
  const error = (code: string, message: string) => Object.assign(new Error(message), { code });

  it("is named, with what to do", () => {
    for (const [service, code, message, product] of [
      ["oss", "x", "OSS is not activated", "Object Storage Service"],
      ["sls", "InvalidAccessKeyId", "AccessKeyId LTAI5t is inactive", "Simple Log Service"],
      ["nas", "Forbidden.NotActivated", "x", "File Storage NAS"],
      ["kms", "x", "The account has not activated KMS.", "Key Management Service"],
      ["cr", "SERVICE_NOT_OPEN", "x", "Container Registry"],
    ] as const)
      assert.equal(
        accountAdvice(service, error(code, message)),
        `. Has the account activated ${product}? Open its console once, accept its terms, and run the update again`,
      );
  });

  it("is one of two reasons for which OSS disables an account, and both are named", () => {
    assert.match(
      replyError("oss", "UserDisable", "UserDisable", 403).message,
      /^UserDisable: UserDisable\. Has the account activated Object Storage Service\?.*suspended, for overdue payments/,
    );
    assert.match(replyError("oss", "InDebtOverdue", "x", 403).message, /^InDebtOverdue: x\. The account has overdue/);
    assert.equal(accountAdvice("sls", error("InDebt", "x")), "");
  });

  it("is not the reason where OSS serves objects under no public name, and the internal ones are named", () => {
    assert.match(
      replyError("oss", "PublicEndpointForbidden", "x", 400).message,
      /^PublicEndpointForbidden: x\. .*alicloud:endpoints: \[\{ oss: oss-REGION-internal\.aliyuncs\.com \}\]/,
    );
    assert.equal(accountAdvice("oss", error("AccessDenied", "x")), "");
  });

  it("is not suspected where another reason is given", () => {
    for (const [code, message] of [
      ["InvalidAccessKeyId", "The access key does not exist"],
      ["NoPermission", "not authorized"],
      ["NotOpenable", "x"],
    ] as const)
      assert.ok(!isInactive(error(code, message)), code);
    assert.equal(accountAdvice("vpc", error("NotActivated", "")), "");
  });

  it("is named where a container group cannot start for the lack of it", () => {
    const advised = (reason: string) => withAdvice(reason, launchProblems);
    assert.match(
      advised("containerRepositoryAuthorizationFailed: An error occurred"),
      /has to activate Container Registry/,
    );
    assert.match(advised("x: The account has not activated ECI"), /open the product's console once/);
    assert.match(advised("CreateServiceLinkedRole.Denied: x"), /--ServiceName eci\.aliyuncs\.com/);
  });
});
