/**
 * Examples with only cloud and region changed, previewed by the real engine and providers without an account: a sample,
 * chosen by the hash of the files. The tests of the plan have all of them.
 */
import assert from "node:assert/strict";
import { examples, onOtherCloud } from "../support/examples-on-other-cloud";
import { filesHash, sample } from "./live/results";
import { noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import { StackRun } from "./support/stack";
import { findToolchain, needs, type Toolchain } from "./support/toolchain";

/** With these settings no provider calls its cloud; nothing listens behind the proxy. */
const offlineSettings = {
  aws: { "aws:skipCredentialsValidation": true, "aws:skipRequestingAccountId": true },
  alicloud: {
    "alicloud:accessKey": "test",
    "alicloud:secretKey": "test",
    "alicloud:accountId": "1234567890123456",
    "alicloud:accountType": "International",
    "alicloud:skipRegionValidation": true,
  },
};

const seed = filesHash();
const all = Object.entries(examples());
const chosen = sample(seed, "examples on the other cloud", all.length, 3).flatMap((index) =>
  all.slice(index, index + 1),
);

describe(`engine: examples on the other cloud (sample ${seed.slice(0, 8)})`, () => {
  let toolchain: Toolchain;
  before(function () {
    toolchain = needs(this, findToolchain());
  });

  for (const [file, config] of chosen) {
    it(`show no warning of the other cloud's provider for ${file}`, async () => {
      const movedConfig = onOtherCloud(config);
      const run = await StackRun.create({
        toolchain,
        config: {
          ...movedConfig,
          ...offlineSettings[movedConfig["immutable-service:cloud"] as keyof typeof offlineSettings],
        },
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
