/** What the plan against another commit says of the release that stays without traffic. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { changeLines } from "../../plan/render/change-lines";
import { clouds, computes } from "../support/clouds";
import { changesBetween, planned } from "./compared";

for (const [name, cloud] of Object.entries(clouds))
  for (const compute of computes)
    describe(`the plan of a service that keeps the release before, on ${name}, ${compute}`, () => {
      const service: ServiceArgs = {
        ...{ name: "bookstore", version: "1.4.2", compute, image: cloud.images[compute][0] },
        instances: { min: 2, max: 6 },
        previous: { keep: true },
      };
      const changes = async (after: Partial<ServiceArgs>, before: Partial<ServiceArgs> = {}) =>
        changesBetween(
          await planned(cloud.make(), { ...service, ...before }),
          await planned(cloud.make(), { ...service, ...after }),
        );
      const ofReleases = ({ services }: Awaited<ReturnType<typeof changes>>) =>
        services.flatMap(({ releases }) => releases.map(({ change, weightAfter }) => [change, weightAfter]));
      const steps = ({ services }: Awaited<ReturnType<typeof changes>>) =>
        services.flatMap(({ update }) => update?.steps.map(({ title }) => title) ?? []);

      it("keeps what served, and deletes nothing of it", async () => {
        const next = await changes({ version: "1.5.0" });
        assert.deepEqual(ofReleases(next), [
          ["added", 100],
          ["kept", 0],
        ]);
        assert.deepEqual(next.deleted, []);
        const [kept] = next.services.flatMap(changeLines).filter(({ topic }) => topic === "kept");
        assert.match(kept?.text ?? "", /^release 1-4-2-[0-9a-f]{6} \(had 100 % of traffic, stays without\)$/);
        assert.deepEqual(steps(next).slice(-3), [
          "release before held at its size",
          "traffic switched",
          "server group kept until now drained and deleted",
        ]);
      });

      it("deletes it where it cannot stay, and where the stack file does not keep it", async () => {
        for (const next of [
          await changes({ version: "1.5.0", files: {} }),
          await changes({ version: "1.5.0", previous: undefined }),
        ]) {
          assert.deepEqual(ofReleases(next), [
            ["added", 100],
            ["removed", undefined],
          ]);
          assert.ok(next.deleted.length > 4);
        }
      });
    });
