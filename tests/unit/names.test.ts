import assert from "node:assert/strict";
import fc from "fast-check";
import { headerPriority, shortName } from "../../components/clouds/aws/target-group";
import { releaseId } from "../../components/id";
import { anyShape } from "../support/service";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,22}[a-z0-9]$/);
const version = fc.stringMatching(/^[0-9A-Za-z]([0-9A-Za-z.-]{0,22}[0-9A-Za-z])?$/);
/** What auto-naming appends: a dash and seven hexadecimal digits. */
const appended = 8;

describe("names on AWS", () => {
  it("a target group's name is never longer than 32, with what auto-naming adds", () => {
    fc.assert(
      fc.property(name, version, (service, of) => {
        const full = shortName(service, releaseId(of, anyShape));
        assert.ok(full.length + appended <= 32, full);
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
        assert.match(full, /^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$/);
      }),
      { numRuns: 500 },
    );
  });

  it("a target group's name differs between releases, however long the names", () => {
    const long = "the-longest-bookstore";
    const ids = Array.from({ length: 200 }, (_, n) => releaseId(`2026.11.22-build.${n}`, anyShape));
    assert.equal(new Set(ids.map((id) => shortName(long, id))).size, ids.length);
  });

  it("a header rule's priority is one that a listener takes, before the split's", () => {
    fc.assert(
      fc.property(version, (of) => {
        const priority = headerPriority(releaseId(of, anyShape));
        assert.ok(Number.isInteger(priority) && priority >= 1 && priority < 50_000, String(priority));
      }),
    );
  });

  it("the load balancer's own name, the service's, fits too", () => {
    fc.assert(
      fc.property(name, (service) => {
        assert.ok(service.length + appended <= 32);
      }),
    );
  });
});
