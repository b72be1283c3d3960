/** The plan's notes on Alibaba Cloud: scheduled tasks, of which an account has a limited number, and registries. */
import assert from "node:assert/strict";
import { notes } from "../../components/clouds/alicloud/notes";
import { alicloud } from "../../components";
import { resolveService } from "../../components/resolve";
import { facts } from "../support/monitor";
import { digest, resolved, service } from "../support/service";

const schedules = (count: number) =>
  Array.from({ length: count }, (_, hour) => ({ schedule: `0 ${hour} * * *`, min: 2, max: 5 }));

function taskNotes(spec: Parameters<typeof notes>[0]): string[] {
  return notes(spec).filter((note) => note.includes("scheduled tasks"));
}

describe("the notes about scheduled tasks on Alibaba Cloud", () => {
  it("count a task for each schedule of each release, and of the one that leaves", () => {
    assert.match(taskNotes(resolved({ scaling: schedules(3) })).join(), /^An update needs 6 of the 20 scheduled tasks/);
    const further = { version: "1.0.0", image: digest("b"), weight: 20 };
    assert.match(
      taskNotes(resolved({ scaling: schedules(3), releases: [further] })).join(),
      /^An update needs 9 of the 20 scheduled tasks/,
    );
  });

  it("say that an update with more tasks than an account has by default fails", () => {
    assert.match(taskNotes(resolved({ scaling: schedules(10) })).join(), /^An update needs 20 of the 20/);
    assert.match(
      taskNotes(resolved({ scaling: schedules(11) })).join(),
      /^An update needs 22 scheduled tasks of Auto Scaling, and an account has 20 by default: .*Quota Center/,
    );
  });

  it("are absent without schedules", () => {
    assert.deepEqual(taskNotes(resolved()), []);
  });
});

describe("the notes about the end of schedules on Alibaba Cloud", () => {
  const notesOf = (timezone: string) =>
    notes(resolved({ scaling: [{ schedule: "0 8 * * MON-FRI", timezone, min: 2, max: 5 }] })).join("\n");

  it("name the day until which they run", () => {
    assert.match(notesOf("Asia/Shanghai"), /after an update now they run until 20\d\d-\d\d-\d\d\. The first update of/);
    assert.doesNotMatch(notesOf("Asia/Shanghai"), /is right until/);
    assert.doesNotMatch(notes(resolved()).join("\n"), /run until/);
  });

  it("name the day until which one is right in a time zone with daylight saving time", () => {
    assert.match(
      notesOf("Europe/Berlin"),
      /"0 8 \* \* MON-FRI" in Europe\/Berlin is right until 20\d\d-\d\d-\d\d, when/,
    );
  });
});

describe("the notes about what serves on Alibaba Cloud", () => {
  it("say under which names the load balancer answers, and what a domain needs in mainland China", () => {
    assert.match(
      notes(resolved()).join("\n"),
      /a CNAME to loadBalancer\.dnsName, which itself gets no answer.*ICP filing/,
    );
  });

  it("say after which time an instance that a trigger adds gets requests", () => {
    const scaling = schedules(1);
    const notesOf = (startWithin: number) => notes(resolved({ scaling, health: { startWithin } })).join("\n");
    assert.match(notesOf(200), /gets requests 200 s after it was launched/);
    assert.match(notesOf(20), /gets requests 30 s after it was launched/);
    assert.doesNotMatch(notes(resolved()).join("\n"), /after it was launched/);
  });
});

describe("the notes about an existing network on Alibaba Cloud", () => {
  const notesOn = (...publicSubnetIds: string[]) =>
    notes({
      ...resolved(),
      network: { vpcId: "vpc-1", privateSubnetIds: ["vsw-1", "vsw-2"], publicSubnetIds },
    }).join("\n");

  it("name vSwitches that both the load balancer and instances use", () => {
    assert.match(notesOn("vsw-2", "vsw-3"), /^vsw-2: the load balancer and the instances share a vSwitch, so every/m);
    assert.doesNotMatch(notesOn("vsw-3", "vsw-4"), /share a vSwitch/);
  });
});

describe("the notes about the registry on Alibaba Cloud", () => {
  const image = (inside = "") =>
    `books-registry${inside}.cn-hangzhou.cr.aliyuncs.com/team/app@sha256:${"a".repeat(64)}`;
  const cloud = alicloud({ ...facts, region: "cn-hangzhou" });
  const registryNotes = (changes: Parameters<typeof service>[0]) =>
    notes(resolveService(service(changes), cloud)).filter((note) => note.includes("alicloud.registry"));

  it("say what a new network needs to pull from a registry that is closed to it", () => {
    assert.match(registryNotes({ image: image("-vpc") }).join(), /^books-registry-vpc\.\S+ answers in no new network/);
    assert.match(registryNotes({ image: image() }).join(), /^books-registry\.\S+ admits nobody from the internet/);
  });

  it("are absent with the registry's id, with an existing network, and for other registries", () => {
    const vSwitches = ["vsw-bp1s5fnvk4gn2tws0345c", "vsw-bp1s5fnvk4gn2tws0345d"];
    const network = { vpcId: "vpc-bp1aevy8sofi8mh1q2t5a", privateSubnetIds: vSwitches, publicSubnetIds: vSwitches };
    assert.deepEqual(registryNotes({ image: image("-vpc"), alicloud: { registry: "cri-0123456789abcdef" } }), []);
    assert.deepEqual(registryNotes({ image: image("-vpc"), network }), []);
    assert.deepEqual(registryNotes({}), []);
  });
});
