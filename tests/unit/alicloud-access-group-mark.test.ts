import assert from "node:assert/strict";
import { accessGroupMark } from "../../components/clouds/alicloud/access-group-mark";

describe("the mark of an access group on Alibaba Cloud", () => {
  it("has the characters and the length that a description may have, and ends with the stack's own part", () => {
    assert.equal(accessGroupMark("shop.project/prod/12ab34cd"), "owner:shop:project:prod:12ab34cd");
    const long = accessGroupMark(`${"p".repeat(100)}/${"s".repeat(100)}/12ab34cd`);
    assert.match(long, /^[A-Za-z][A-Za-z0-9:_-]{1,127}$/);
    assert.ok(long.endsWith("/12ab34cd".replace("/", ":")));
  });
});
