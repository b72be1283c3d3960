/** The command line of `npm run verify`, and what it prints. */
import assert from "node:assert/strict";
import { UsageError } from "../../plan/failure";
import { readArguments } from "../../verify/arguments";
import { jsonOf, textOf } from "../../verify/render";
import { subjectOf } from "../../verify/subject";
import type { Row } from "../../verify/verdict";

const rows: Row[] = [
  { check: "address", result: "pass", saw: "10 requests answered by 1-0-0-abc" },
  { check: "logs", result: "fail", saw: "no line", remedy: "see whether the app writes" },
  { check: "public addresses", result: "unseen", saw: "AccessDenied" },
];
const report = { stack: "prod", subject: "shop", rows, seconds: 12.34 };

describe("verify: the command line", () => {
  it("has defaults that change nothing", () => {
    assert.deepEqual(readArguments([]), {
      stack: "dev",
      configFile: undefined,
      outputs: undefined,
      state: undefined,
      url: undefined,
      disrupt: undefined,
      prerequisites: false,
      json: false,
    });
    assert.equal(readArguments(["--help"]), undefined);
  });

  it("refuses what it cannot do", () => {
    const refused = (args: string[], message: RegExp) => {
      assert.throws(
        () => readArguments(args),
        (error: unknown) => error instanceof UsageError && message.test(error.message),
      );
    };
    refused(["--nothing"], /--nothing/);
    refused(["--disrupt"], /--disrupt/);
    refused(["--stack", "a b"], /--stack must be/);
    refused(["--outputs", "o.json"], /need each other/);
    refused(["--state", "s.json"], /need each other/);
    refused(["--url", "shop.example.com"], /http:\/\//);
    refused(["--prerequisites", "--disrupt", "shop"], /before the first update/);
  });
});

describe("verify: the report", () => {
  it("is a table with what to do", () => {
    assert.equal(
      textOf(report, 100),
      [
        "shop (stack prod)",
        "",
        "  address           pass           10 requests answered by 1-0-0-abc",
        "  logs              FAIL           no line",
        "                                   → see whether the app writes",
        "  public addresses  could not see  AccessDenied",
        "",
        "1 passed, 1 failed, 1 could not see, in 12.3 s",
        "",
      ].join("\n"),
    );
  });

  it("is JSON with the number of its schema", () => {
    assert.deepEqual(JSON.parse(jsonOf(report)), {
      schema: 1,
      stack: "prod",
      subject: "shop",
      seconds: 12.34,
      counts: { pass: 1, fail: 1, unseen: 1 },
      checks: rows,
    });
  });

  it("is not there for a stack that is not up", () => {
    assert.throws(() => subjectOf({ outputs: {}, resources: [] }), /run pulumi up first/);
    const deployed = { format: 1, releases: [], name: "shop", cloud: "aws", region: "us-east-1" };
    assert.throws(() => subjectOf({ outputs: { deployed }, resources: [] }), /has no service/);
  });
});
