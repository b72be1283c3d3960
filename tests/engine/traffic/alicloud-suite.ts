/** Releases on the double of Alibaba Cloud under load: every request is counted. The same tests for both computes. */
import assert from "node:assert/strict";
import type { Compute, ServiceArgs } from "../../../components/spec";
import { clockSpeed } from "../../support/clock";
import { AlicloudWorld } from "../support/alicloud-world";
import { noComplaints } from "../support/checks";
import { findDocker, findRegistry, needs } from "../support/toolchain";
import type { RunOptions, ServiceStack } from "../support/world";
import { AlicloudFront } from "./alicloud-front";
import { AlicloudInstances } from "./alicloud-instances";
import { AppImages } from "./app-image";
import { lateRules } from "./data-plane-options";
import type { LoadTotals } from "./load";
import { docker, until } from "./process";
import { type TrafficScope, rolloutTests } from "./rollouts";
import { assertNothingLost, containersOf, underLoad, versionsIn } from "./under-load";

const names = ["first", "second", "flaky"] as const;
type Names<T> = Readonly<Record<(typeof names)[number], T>>;

/** What the stack file names: a digit for each image. */
const images: Readonly<Record<Compute, Names<string>>> = {
  container: named((digit) => `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${digit.repeat(64)}`),
  vm: named((digit) => `m-bp1${digit.repeat(17)}`),
};

function named(image: (digit: string) => string): Names<string> {
  return Object.fromEntries(names.map((name, index) => [name, image(String(index + 1))])) as Names<string>;
}

/** Registers the tests for one compute. */
export function alicloudTrafficSuite(compute: Compute, scope: TrafficScope): void {
  describe(`traffic: a service on ${compute === "vm" ? "virtual machines" : "containers"} of Alibaba Cloud`, () => {
    let world: AlicloudWorld, stack: ServiceStack, instances: AlicloudInstances, front: AlicloudFront;
    let containerImages: Names<string>;
    const calls: number[] = [];

    before(async function () {
      needs(this, findDocker());
      needs(this, findRegistry());
      world = await AlicloudWorld.start(this, "cn-hangzhou");
      const built = await AppImages.start();
      world.closing.push(() => built.close());
      containerImages = {
        first: await built.build("good", "1"),
        second: await built.build("good", "2"),
        flaky: await built.build("flaky"),
      };
      const byImage = new Map(names.map((name) => [images[compute][name], containerImages[name]]));
      instances = AlicloudInstances.start(world.double, (image) => byImage.get(image));
      world.closing.push(() => instances.close());
      front = await AlicloudFront.start(world.double, "web", (id) => instances.addressOf(id));
      world.closing.push(() => front.close());
      // A hook holds each instance for the time in which its container starts.
      Object.assign(world.double.world.delays, { hookSecond: 200, rules: lateRules * 1000 });
      world.double.beforeReply = () => calls.push(Date.now());
      const service: ServiceArgs = {
        name: "web",
        compute,
        version: "1.0.0",
        image: images[compute].first,
        instances: { min: 2, max: 4 },
        gate: { url: front.url, within: 20 },
        health: { path: "/ready", startWithin: 20 },
        loadBalancer: { drain: 0 },
      };
      stack = await world.stack(service, clockSpeed(1));
    });
    after(async () => {
      await (world as AlicloudWorld | undefined)?.close();
    });

    const sendWhile = (title: string, action: () => Promise<unknown>) => underLoad(`${front.url}/`, title, action);
    const nothingLost = (totals: LoadTotals) => {
      assertNothingLost(totals, [...front.events, ...instances.events]);
    };
    const up = (change: Partial<ServiceArgs>, options: RunOptions = {}) => stack.up(change, options);
    const running = () => containersOf(Object.values(containerImages));

    it("is created and answers requests", async () => {
      noComplaints(await up({}));
      await until("the first rule", 20_000, async () => (await fetch(`${front.url}/`)).status === 200);
    });

    it("loses no request while a new version is released", async () => {
      const totals = await sendWhile("1.0.0 -> 1.1.0", async () => {
        noComplaints(await up({ version: "1.1.0", image: images[compute].second }));
      });
      nothingLost(totals);
      assert.deepEqual(versionsIn(totals), ["1-0-0", "1-1-0"]);
    });

    it("replaces a killed instance and keeps serving", async () => {
      const [victim = ""] = await running();
      await docker("kill", victim);
      await until("two instances", 60_000, async () => {
        const now = await running();
        return now.length === 2 && !now.includes(victim) && (await fetch(`${front.url}/`)).status === 200;
      });
      nothingLost(await sendWhile("after a kill", () => up({})));
    });

    rolloutTests(scope, () => ({
      ...{ stack, images: images[compute], underLoad: sendWhile, assertNothingLost: nothingLost },
      instances: running,
      pass({ ruleDelay, metricPeriod }) {
        const { double } = world;
        Object.assign(double.world.delays, { rules: ruleDelay * 1000, metrics: metricPeriod });
        double.world.metricPeriod = metricPeriod;
      },
      firstCall: (since) => calls.find((time) => time >= since),
    }));

    it("leaves no container running after destroy", async () => {
      await stack.run.destroy();
      await until("the last container's end", 60_000, async () => (await running()).length === 0);
    });
  });
}
