/** One service through its life under load: every request is counted, none may fail. The same story on both computes. */
import assert from "node:assert/strict";
import type { Compute, ServiceArgs } from "../../../components/spec";
import { failure, noComplaints } from "../support/checks";
import { Cloud } from "../support/cloud";
import { pause } from "../support/processes";
import { World, type RunOptions, type ServiceStack } from "../support/world";
import { clockSpeed } from "../../support/clock";
import { AppImages } from "./app-image";
import { DataPlane } from "./data-plane";
import { Load, type LoadTotals } from "./load";
import { docker, until } from "./process";
import { VmPlayer } from "./vm-player";

/** Machine images, each of which stands for a container image. */
const machineImages = [
  "ami-11111111111111111",
  "ami-22222222222222222",
  "ami-33333333333333333",
  "ami-44444444444444444",
];
/** A wait of the program for what does not come is shortened so much. */
const clock = clockSpeed(30);

/** Registers the tests. */
export function trafficStory(compute: Compute): void {
  describe(`traffic: a service on ${compute === "vm" ? "virtual machines" : "containers"}`, function () {
    this.timeout(180_000);
    let world: World, cloud: Cloud, plane: DataPlane, player: VmPlayer | undefined, stack: ServiceStack;
    let containerImages: { first: string; second: string; broken: string; absent: string };
    let images: typeof containerImages;

    World.forSuite({ docker: true }, async (started) => {
      world = started;
      const built = await AppImages.start();
      world.closing.push(() => built.close());
      containerImages = {
        first: await built.build("good", "1"),
        second: await built.build("good", "2"),
        broken: await built.build("broken"),
        absent: built.absent(),
      };
      const [first = "", second = "", broken = "", absent = ""] = machineImages;
      images = compute === "vm" ? { first, second, broken, absent } : containerImages;
      if (compute === "vm") player = startPlayer();
      plane = await DataPlane.start({
        endpoint: world.gateway.url,
        failOpen: true,
        addressOf: (id) => player?.addressOf(id),
      });
      world.closing.push(() => plane.close());
      world.gateway.sources.health = (arn) => plane.health(arn);
      cloud = new Cloud(world.emulator, world.gateway);
      const service: ServiceArgs = {
        name: "box",
        compute,
        version: "1.0.0",
        image: images.first,
        instances: { min: 2, max: 4 },
        gate: { url: plane.url, within: 20 },
        health: { startWithin: 20 },
        loadBalancer: { drain: 1 },
        network: { egress: "nat" },
      };
      stack = await world.stack(service);
    });

    function startPlayer(): VmPlayer {
      const known = new Map(machineImages.map((id, index) => [id, Object.values(containerImages)[index]]));
      const started = VmPlayer.start({ endpoint: world.gateway.url, imageOf: (id) => known.get(id) });
      world.closing.push(() => started.close());
      world.gateway.sources.instances = (group) => started.instances(group);
      return started;
    }

    /** Asks for ordinary answers while something happens, and for a second before and after it. */
    async function underLoad(what: string, happen: () => Promise<unknown>): Promise<LoadTotals> {
      const load = new Load(`${plane.url}/`);
      await pause(1_000);
      await happen();
      await pause(1_000);
      const totals = await load.stop();
      const shares = Object.entries(totals.releases).map(([release, { answers }]) => `${release} ${answers}`);
      console.log(
        `      ${what}: ${totals.seconds.toFixed(0)} s, ${totals.sent} requests, ${totals.failed} failed; ${shares.join(", ")}`,
      );
      return totals;
    }

    const nothingLost = (totals: LoadTotals) => {
      assert.deepEqual(
        [totals.failed, totals.sent - totals.answered, totals.reasons],
        [0, 0, {}],
        [...plane.events, ...(player?.events ?? [])].join("\n"),
      );
    };
    const versions = (totals: LoadTotals) =>
      Object.keys(totals.releases)
        .map((release) => release.replace(/-[0-9a-f]{6}$/, ""))
        .sort();
    const up = (change: Partial<ServiceArgs>, options: RunOptions = {}) => stack.up(change, options);

    it("comes up", async () => {
      noComplaints(await up({}));
      // It may not have seen the first rule yet; from then on there is always one.
      await plane.refresh();
      assert.equal((await fetch(`${plane.url}/`)).status, 200);
    });

    it("a new version: no request is lost", async () => {
      const totals = await underLoad("1.0.0 -> 1.1.0", async () => {
        noComplaints(await up({ version: "1.1.0", image: images.second }));
      });
      nothingLost(totals);
      assert.deepEqual(versions(totals), ["1-0-0", "1-1-0"]);
      const answer = await fetch(`${plane.url}/`);
      assert.match(answer.headers.get("x-served-by-release") ?? "", /^1-1-0-/);
    });

    it("a broken version, twice: the update fails, and only the old version answers", async () => {
      const totals = await underLoad("1.1.0 -> 2.0.0, broken, twice", async () => {
        for (let time = 1; time <= 2; time += 1) {
          const { message } = failure(
            await up({ version: "2.0.0", image: images.broken }, { expectFailure: true, env: clock }),
          );
          assert.match(message, /box-2-0-0-.*0 healthy instances of 2/);
        }
      });
      nothingLost(totals);
      assert.deepEqual(versions(totals), ["1-1-0"]);
    });

    it("a version whose image does not exist: the same", async () => {
      const totals = await underLoad("1.1.0 -> 2.1.0, no such image", async () => {
        const { message } = failure(
          await up({ version: "2.1.0", image: images.absent }, { expectFailure: true, env: clock }),
        );
        assert.match(message, /box-2-1-0-.*0 healthy instances of 2/);
      });
      nothingLost(totals);
      assert.deepEqual(versions(totals), ["1-1-0"]);
    });

    it("the way back: no request is lost, and no instance of the old version is touched", async () => {
      const before = await running(containerImages.second);
      const totals = await underLoad("back to 1.1.0", async () => {
        noComplaints(await up({ version: "1.1.0", image: images.second }));
      });
      nothingLost(totals);
      assert.deepEqual(versions(totals), ["1-1-0"]);
      assert.deepEqual(await running(containerImages.second), before);
      assert.deepEqual(await running(containerImages.broken), []);
    });

    it("a killed instance is replaced, and traffic goes on", async () => {
      const [victim = ""] = await running(containerImages.second);
      await docker("kill", victim);
      const group =
        (await cloud.rules("box")).find(({ Priority }) => Priority === "50000")?.Actions?.[0]?.TargetGroupArn ?? "";
      await until("two healthy instances", 60_000, async () => {
        const now = await running(containerImages.second);
        return (
          now.length === 2 &&
          !now.includes(victim) &&
          [...plane.health(group).targets.values()].filter(({ state }) => state === "healthy").length === 2
        );
      });
      nothingLost(await underLoad("after a kill", () => pause(1_000)));
    });

    it("a canary gets its share, within the tolerance of chance", async () => {
      const share = { version: "1.1.0", image: images.second, weight: 90 };
      const moved = await underLoad("1.1.0 -> 10 % 1.2.0", async () => {
        noComplaints(await up({ version: "1.2.0", image: images.first, releases: [share] }));
      });
      nothingLost(moved);
      const load = new Load(`${plane.url}/`, { rate: 500 });
      await pause(6_000);
      const totals = await load.stop();
      nothingLost(totals);
      const canary =
        Object.entries(totals.releases).find(([release]) => release.startsWith("1-2-0-"))?.[1].answers ?? 0;
      const percent = (canary / totals.answered) * 100;
      console.log(`      a canary of 10 %: ${percent.toFixed(1)} % of ${totals.answered}`);
      // Five standard deviations of 3,000 draws.
      assert.ok(Math.abs(percent - 10) < 2.8, `${percent.toFixed(1)} %`);
    });

    it("leaves nothing behind", async () => {
      await stack.run.destroy();
      const left = async () =>
        (await Promise.all(Object.values(containerImages).map((image) => running(image)))).flat();
      await until("the last container's end", 20_000, async () => (await left()).length === 0);
    });
  });
}

/** The containers that run an image. */
async function running(image: string): Promise<string[]> {
  const ids = await docker("ps", "--quiet", "--filter", `ancestor=${image}`).catch(() => "");
  return ids
    .split("\n")
    .filter((id) => id !== "")
    .sort();
}
