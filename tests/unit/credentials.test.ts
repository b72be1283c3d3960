import assert from "node:assert/strict";
import { isCredential, isCredentialName, isHidden } from "../../components/stack-file/credentials";
import { show } from "../../components/stack-file/problems";

describe("what looks like a credential", () => {
  it("is recognized by its name", () => {
    for (const name of [
      ...[
        "PASSWORD",
        "DB_PASSWORD",
        "PASSWORD_DB",
        "dbPassword",
        "MYSQL_PWD",
        "SMTP_PASS",
        "PASSPHRASE",
        "TOKEN",
        "TOKEN_2",
      ],
      ...[
        "API_KEY",
        "APIKEY",
        "apiKey",
        "SECRET",
        "SECRET_KEY_BASE",
        "CLIENT_SECRET",
        "AWS_SECRET_ACCESS_KEY",
        "PRIVATE_KEY",
      ],
      ...["GOOGLE_CREDENTIALS", "aws:secretKey", "license-key"],
    ])
      assert.ok(isCredentialName(name), name);
    for (const name of [
      ...[
        "CATALOGUE",
        "MAX_TOKENS",
        "TOKENIZER",
        "TOKEN_TTL",
        "PASSWORD_MIN_LENGTH",
        "PASSWORD_FILE",
        "SECRET_NAME",
        "TOKEN_URL",
      ],
      ...[
        "API_KEY_HEADER",
        "SECRETARY",
        "KEY",
        "PRIMARY_KEY",
        "MONKEY",
        "BYPASS",
        "ACCESS_KEY_ID",
        "secrets",
        "COMPASS",
      ],
    ])
      assert.ok(!isCredentialName(name), name);
  });

  it("is not a reference, a switch or an empty value", () => {
    for (const value of [
      "",
      "true",
      "false",
      "arn:aws:ssm:us-east-1:123456789012:parameter/x",
      "acs:kms:cn-hangzhou:1:secret/x",
    ])
      assert.ok(!isCredential("TOKEN", value), value);
    assert.ok(isCredential("TOKEN", "12345"));
  });

  it("is recognized by its form, whatever its name", () => {
    for (const value of [
      ...["AKIAIOSFODNN7EXAMPLE", "key=ASIAIOSFODNN7EXAMPLE;", "LTAI5tExampleExampleKey1", `ghp_${"a".repeat(36)}`],
      ...[
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "-----BEGIN PRIVATE KEY-----",
        "postgres://u:p@db/x",
        "redis://:pw@cache:6379",
      ],
    ])
      assert.ok(isCredential("X", value), value);
    for (const value of [
      ...[
        "https://example.com:8080/a@b",
        "postgres://user@db/x",
        "AKIA",
        "-----BEGIN CERTIFICATE-----",
        "a:b@c",
        "mailto:a@b.c",
      ],
      ...["https://example.com/?next=http://x:y"],
    ])
      assert.ok(!isCredential("X", value), value);
  });

  it("is never part of a message", () => {
    assert.ok(isHidden(["secrets", "DB"]) && isHidden(["releases", 0, "environment", "DB_PASSWORD"]));
    assert.ok(!isHidden(["environment", "CATALOGUE"]));
    assert.equal(
      show({ secrets: { DB: "x" }, API_TOKEN: "y", a: 1 }),
      '{"secrets":"not shown","API_TOKEN":"not shown","a":1}',
    );
    assert.equal(show("x", ["secrets", "DB"]), "a value that is not shown");
  });
});
