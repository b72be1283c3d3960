/** The examples on the other cloud, by changing cloud and region alone: previewed by the real engine and providers, without an account. */
import assert from "node:assert/strict";
import { examples, moved } from "../support/moved";
import { noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import { StackRun } from "./support/stack";
import { findToolchain, needs, type Toolchain } from "./support/toolchain";

/** With these no provider asks anybody: behind the proxy nothing listens. */
const silent = {
  aws: { "aws:skipCredentialsValidation": true, "aws:skipRequestingAccountId": true },
  alicloud: {
    "alicloud:accessKey": "test",
    "alicloud:secretKey": "test",
    "alicloud:accountId": "1234567890123456",
    "alicloud:accountType": "International",
    "alicloud:skipRegionValidation": true,
  },
};

describe("engine: the examples on the other cloud", function () {
  this.timeout(90_000);
  let toolchain: Toolchain;
  before(function () {
    toolchain = needs(this, findToolchain());
  });

  for (const [file, config] of Object.entries(examples())) {
    it(`knows every property that ${file} leads to once its cloud and region are others`, async () => {
      const there = moved(config);
      const run = await StackRun.create({
        toolchain,
        config: { ...there, ...silent[there["immutable-service:cloud"] as keyof typeof silent] },
      });
      try {
        const preview = await run.preview();
        noComplaints(preview);
        assert.ok(plannedChanges(preview).length > 20);
      } finally {
        run.remove();
      }
    });
  }
});
