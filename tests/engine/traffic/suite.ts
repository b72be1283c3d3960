/**
 * The life cycle of a service under load: every request is counted and none may fail. The same tests for both computes.
 */
import assert from "node:assert/strict";
import type { Compute, ServiceArgs } from "../../../components/spec";
import { failure, noComplaints } from "../support/checks";
import { Cloud } from "../support/cloud";
import { pause } from "../support/processes";
import { World, type RunOptions, type ServiceStack } from "../support/world";
import { clockSpeed } from "../../support/clock";
import { AppImages } from "./app-image";
import { DataPlane } from "./data-plane";
import { lateRules } from "./data-plane-options";
import { Load, type LoadTotals } from "./load";
import { assertNothingLost as assertAll, containersOf, underLoad as sendWhile, versionsIn } from "./under-load";
import { docker, until } from "./process";
import { countIn } from "./data-plane-metrics";
import { type TrafficScope, rolloutTests } from "./rollouts";
import { VmSimulator } from "./vm-simulator";

/** Machine images; the simulated machines run a container image for each. */
const machineImages = [
  "ami-11111111111111111",
  "ami-22222222222222222",
  "ami-33333333333333333",
  "ami-44444444444444444",
  "ami-55555555555555555",
];
/** An app of the second version listens only after so many seconds. */
const slowStart = 20;
const certificate = { aws: "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000001" };
/** Shortens the program's waits that end in a timeout. */
const clock = clockSpeed(30);

/** Registers the tests for one compute. */
export function trafficSuite(compute: Compute, scope: TrafficScope): void {
  describe(`traffic: a service on ${compute === "vm" ? "virtual machines" : "containers"}`, () => {
    let world: World, cloud: Cloud, plane: DataPlane, simulator: VmSimulator | undefined, stack: ServiceStack;
    let containerImages: { first: string; second: string; broken: string; absent: string; flaky: string };
    let images: typeof containerImages;
    const threeZones = { egress: "nat", zones: 3 } as const;

    World.forSuite({ docker: true }, async (started) => {
      world = started;
      const built = await AppImages.start();
      world.closing.push(() => built.close());
      containerImages = {
        first: await built.build("good", "1"),
        second: await built.build(`slow:${slowStart}`, "2"),
        broken: await built.build("broken"),
        absent: built.absent(),
        flaky: await built.build("flaky"),
      };
      const [first = "", second = "", broken = "", absent = "", flaky = ""] = machineImages;
      images = compute === "vm" ? { first, second, broken, absent, flaky } : containerImages;
      if (compute === "vm") simulator = startSimulator();
      plane = await DataPlane.start({
        endpoint: world.gateway.url,
        failOpen: true,
        ruleDelay: lateRules,
        ports: [80, 443],
        addressOf: (id) => simulator?.addressOf(id),
        onAnswer: (answer) => {
          countIn(world.gateway.metrics, answer);
        },
      });
      world.closing.push(() => plane.close());
      world.gateway.sources.health = (arn) => plane.health(arn);
      cloud = new Cloud(world.emulator, world.gateway);
      const service: ServiceArgs = {
        name: "web",
        compute,
        version: "1.0.0",
        image: images.first,
        instances: { min: 2, max: 4 },
        gate: { url: plane.url, within: 20 },
        health: { startWithin: 2 * slowStart },
        loadBalancer: { drain: 1 },
        network: { egress: "nat", zones: 2 },
      };
      stack = await world.stack(service, {}, clockSpeed(1));
    });

    function startSimulator(): VmSimulator {
      const containerImageOf = new Map(machineImages.map((id, index) => [id, Object.values(containerImages)[index]]));
      const started = VmSimulator.start({ endpoint: world.gateway.url, imageOf: (id) => containerImageOf.get(id) });
      world.closing.push(() => started.close());
      world.gateway.sources.instances = (group) => started.instances(group);
      return started;
    }

    const underLoad = (title: string, action: () => Promise<unknown>) => {
      const followed = (location: string) => location.replace(/^https:\/\/[^/]+/, plane.urlOf(443));
      return sendWhile(`${plane.urlOf(80)}/`, title, action, { followed });
    };
    const assertNothingLost = (totals: LoadTotals) => {
      assertAll(totals, [...plane.events, ...(simulator?.events ?? [])]);
    };
    const up = (change: Partial<ServiceArgs>, options: RunOptions = {}) => stack.up(change, options);

    it("is created and answers requests", async () => {
      noComplaints(await up({}));
      // The data plane may not have read the first rule yet.
      await plane.refresh();
      assert.equal((await fetch(`${plane.url}/`)).status, 200);
    });

    it("loses no request while a new version is released", async () => {
      const totals = await underLoad("1.0.0 -> 1.1.0", async () => {
        noComplaints(await up({ version: "1.1.0", image: images.second }));
      });
      assertNothingLost(totals);
      assert.deepEqual(versionsIn(totals), ["1-0-0", "1-1-0"]);
      const answer = await fetch(`${plane.url}/`);
      assert.match(answer.headers.get("x-served-by-release") ?? "", /^1-1-0-/);
    });

    it("fails the update of a broken version twice, and only the old version answers", async () => {
      const totals = await underLoad("1.1.0 -> 2.0.0, broken, twice", async () => {
        for (let time = 1; time <= 2; time += 1) {
          const { message } = failure(
            await up({ version: "2.0.0", image: images.broken }, { expectFailure: true, env: clock }),
          );
          assert.match(message, /web-2-0-0-.*0 healthy instances of 2/);
        }
      });
      assertNothingLost(totals);
      assert.deepEqual(versionsIn(totals), ["1-1-0"]);
    });

    it("fails the update of a version whose image does not exist, and only the old version answers", async () => {
      const totals = await underLoad("1.1.0 -> 2.1.0, no such image", async () => {
        const { message } = failure(
          await up({ version: "2.1.0", image: images.absent }, { expectFailure: true, env: clock }),
        );
        assert.match(message, /web-2-1-0-.*0 healthy instances of 2/);
      });
      assertNothingLost(totals);
      assert.deepEqual(versionsIn(totals), ["1-1-0"]);
    });

    it("loses no request when the change is reverted, and keeps every instance of the old version", async () => {
      const before = await containersOf([containerImages.second]);
      const totals = await underLoad("back to 1.1.0", async () => {
        noComplaints(await up({ version: "1.1.0", image: images.second }));
      });
      assertNothingLost(totals);
      assert.deepEqual(versionsIn(totals), ["1-1-0"]);
      assert.deepEqual(await containersOf([containerImages.second]), before);
      assert.deepEqual(await containersOf([containerImages.broken]), []);
    });

    it("replaces a killed instance and keeps serving", async () => {
      const [victim = ""] = await containersOf([containerImages.second]);
      const group = (await cloud.splitRule("web"))?.Actions?.[0]?.TargetGroupArn ?? "";
      const before = new Set(plane.health(group).targets.values());
      await docker("kill", victim);
      await until("two healthy instances", 180_000, async () => {
        const now = await containersOf([containerImages.second]);
        const healthy = [...plane.health(group).targets.values()].filter(({ state }) => state === "healthy");
        // The victim stays a healthy target until the emulator notices its end, which may be after the next instance
        // has started.
        return (
          now.length === 2 &&
          !now.includes(victim) &&
          healthy.length === 2 &&
          healthy.filter((target) => before.has(target)).length === 1
        );
      });
      assertNothingLost(await underLoad("after a kill", () => pause(1_000)));
    });

    it("sends a canary its share of the requests, within the statistical tolerance", async () => {
      const previous = { version: "1.1.0", image: images.second, weight: 90 };
      const release = await underLoad("1.1.0 -> 10 % 1.2.0", async () => {
        noComplaints(await up({ version: "1.2.0", image: images.first, releases: [previous] }));
      });
      assertNothingLost(release);
      const load = new Load(`${plane.url}/`, { rate: 500 });
      await pause(6_000);
      const totals = await load.stop();
      assertNothingLost(totals);
      const canary = Object.entries(totals.releases).find(([id]) => id.startsWith("1-2-0-"))?.[1].answers ?? 0;
      const percent = (canary / totals.answered) * 100;
      console.log(`      a canary of 10 %: ${percent.toFixed(1)} % of ${totals.answered}`);
      // Five standard deviations for 3,000 requests.
      assert.ok(Math.abs(percent - 10) < 2.8, `${percent.toFixed(1)} %`);
    });

    it("loses no request while TLS is switched on and a zone is added", async () => {
      const totals = await underLoad("TLS and a zone", async () => {
        noComplaints(
          await up({ version: "1.3.0", image: images.second, releases: [], tls: { certificate }, network: threeZones }),
        );
      });
      assertNothingLost(totals);
      assert.ok(versionsIn(totals).includes("1-3-0"));
      const plain = await fetch(`${plane.urlOf(80)}/`, { redirect: "manual" });
      assert.deepEqual([plain.status, (await fetch(`${plane.urlOf(443)}/`)).status], [301, 200]);
    });

    it("loses no request while TLS is switched off and the health check is changed", async () => {
      const totals = await underLoad("no TLS, another health check", async () => {
        noComplaints(await up({ tls: undefined, health: { startWithin: 2 * slowStart, path: "/ready" } }));
      });
      assertNothingLost(totals);
      assert.equal((await fetch(`${plane.urlOf(80)}/`, { redirect: "manual" })).status, 200);
    });

    rolloutTests(scope, () => ({
      ...{ stack, images, underLoad, assertNothingLost },
      instances: () => containersOf([containerImages.first, containerImages.second]),
      pass({ ruleDelay, metricPeriod }) {
        plane.ruleDelay = ruleDelay;
        Object.assign(world.gateway.metrics, { period: metricPeriod, delay: metricPeriod });
      },
      firstCall: (since) => world.gateway.calls.find(({ time }) => time >= since)?.time,
    }));

    it("leaves no container running after destroy", async () => {
      await stack.run.destroy();
      const remaining = () => containersOf(Object.values(containerImages));
      await until("the last container's end", 120_000, async () => (await remaining()).length === 0);
    });
  });
}
