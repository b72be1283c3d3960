import assert from "node:assert/strict";
import ipaddr from "ipaddr.js";
import * as alicloud from "../../components/clouds/alicloud/regions";
import * as aws from "../../components/clouds/aws/regions";
import { subnetCidr } from "../../components/clouds/cidr";
import { singleNatZone } from "../../components/clouds/context";
import { zonesFor } from "../../components/clouds/zones";
import type { LastOutputs } from "../../components/last-outputs";
import { natZones } from "../../components/nat-zones";
import { hasLoadBalancers } from "../../packages/alicloud-double/src/services/alb/zones";
import fc from "../support/properties";

function ends(cidr: string): [number, number] {
  const number = (address: ipaddr.IPv4) => address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
  return [number(ipaddr.IPv4.networkAddressFromCIDR(cidr)), number(ipaddr.IPv4.broadcastAddressFromCIDR(cidr))];
}

describe("a network's subnets", () => {
  const cidr = fc
    .tuple(fc.constantFrom("10", "172.16", "192.168"), fc.integer({ min: 16, max: 20 }), fc.nat(255), fc.nat(255))
    .map(([start, bits, a, b]) => {
      const address = [...start.split("."), String(a), String(b), "0"].slice(0, 4).join(".");
      return `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`;
    });

  it("fill it and do not overlap", () => {
    fc.assert(
      fc.property(cidr, (whole) => {
        const subnets = Array.from({ length: 32 }, (_, n) => ends(subnetCidr(whole, n)));
        const [first, last] = ends(whole);
        assert.equal(subnets[0]?.[0], first);
        assert.equal(subnets[31]?.[1], last);
        for (const [index, [start]] of subnets.entries())
          assert.equal(start, index === 0 ? first : (subnets[index - 1]?.[1] ?? 0) + 1);
      }),
    );
  });

  it("are written as both clouds return them, and have a size that both accept", () => {
    fc.assert(
      fc.property(cidr, fc.nat(31), (whole, n) => {
        const subnet = subnetCidr(whole, n);
        assert.equal(ipaddr.IPv4.networkAddressFromCIDR(subnet).toString(), subnet.split("/")[0]);
        // A subnet on AWS has from a /16 to a /28, a vSwitch on Alibaba Cloud from a /16 to a /29.
        assert.ok(Number(subnet.split("/")[1]) <= 28);
      }),
    );
  });

  it("of 10.0.0.0/16 are 10.0.0.0/21, 10.0.8.0/21 and so on", () => {
    assert.deepEqual(
      [0, 1, 16, 31].map((n) => subnetCidr("10.0.0.0/16", n)),
      ["10.0.0.0/21", "10.0.8.0/21", "10.0.128.0/21", "10.0.248.0/21"],
    );
  });
});

describe("the single NAT gateway of a network", () => {
  const gateway = (name: string, type = "aws:ec2/natGateway:NatGateway") => ({
    urn: `urn:pulumi:dev::shop::immutable:service:Environment$${type}::${name}`,
    type,
    outputs: {},
  });
  const last = (...resources: ReturnType<typeof gateway>[]): LastOutputs => ({ deployed: undefined, resources });

  it("is in the first zone of a new network", () => {
    assert.equal(singleNatZone(["a", "b"], natZones("shop", undefined)), "a");
    assert.equal(singleNatZone(["a", "b"], natZones("shop", last())), "a");
  });

  it("stays in its zone whatever zones are added, and leaves it only with that zone", () => {
    const standing = natZones(
      "shop",
      last(gateway("shop-nat-b"), gateway("other-nat-a"), gateway("shop-nat-a", "aws:ec2/eip:Eip")),
    );
    assert.equal(singleNatZone(["a", "b", "c"], standing), "b");
    assert.equal(singleNatZone(["a", "c"], standing), "a");
  });

  it("is, among several, the one to which the default route leads", () => {
    const [a, b] = ["a", "b"].map((zone) => ({ ...gateway(`shop-nat-${zone}`), outputs: { id: `nat-${zone}` } }));
    assert.ok(a && b);
    const route = { ...gateway("shop-default-route", "x:y:DefaultRoute"), outputs: { gateway: "nat-b" } };
    assert.equal(singleNatZone(["a", "b"], natZones("shop", last(b, a))), "a");
    assert.equal(singleNatZone(["a", "b"], natZones("shop", last(a, b, route))), "b");
  });
});

describe("AWS's regions", () => {
  const regions = [
    "us-east-1",
    "us-west-1",
    "cn-north-1",
    "us-gov-west-1",
    "ap-northeast-1",
    "eu-central-1",
    "sa-east-1",
  ];

  it("have at least two zones, each once and by its id", () => {
    for (const region of regions) {
      const zones = aws.zonesOf(region) ?? [];
      assert.ok(zones.length >= 2, region);
      assert.equal(new Set(zones).size, zones.length);
      assert.ok(zones.every(aws.isZoneId), zones.join(", "));
    }
    assert.equal(aws.zonesOf("xx-nowhere-1"), undefined);
  });

  it("distinguish the ids of zones from their names", () => {
    for (const id of ["use1-az1", "usge1-az3", "apne1-az4"]) assert.ok(aws.isZoneId(id), id);
    for (const name of ["us-east-1a", "use1-az", "az1"]) assert.ok(!aws.isZoneId(name), name);
  });

  it("have the ARNs, the domain and the console of their partition", () => {
    assert.deepEqual(["us-east-1", "cn-north-1", "us-gov-west-1"].map(aws.partitionOf), [
      "aws",
      "aws-cn",
      "aws-us-gov",
    ]);
    assert.deepEqual(["us-east-1", "cn-north-1", "us-gov-west-1"].map(aws.domainOf), [
      "amazonaws.com",
      "amazonaws.com.cn",
      "amazonaws.com",
    ]);
    assert.equal(aws.consoleOf("cn-north-1"), "https://cn-north-1.console.amazonaws.cn");
  });
});

describe("Alibaba Cloud's regions", () => {
  const regions = ["cn-hangzhou", "cn-hongkong", "ap-southeast-1", "eu-central-1", "us-west-1"];

  it("have at least two zones, each once and in the region's own form", () => {
    for (const region of regions) {
      const zones = alicloud.zonesOf(region) ?? [];
      assert.ok(zones.length >= 2, region);
      assert.equal(new Set(zones).size, zones.length);
      assert.ok(
        zones.every((zone) => alicloud.isZoneOf(region, zone)),
        zones.join(", "),
      );
    }
    assert.equal(alicloud.zonesOf("xx-nowhere-1"), undefined);
  });

  it("have load balancers in each of their zones", () => {
    for (const region of alicloud.regions.known)
      for (const zone of alicloud.zonesOf(region) ?? []) assert.ok(hasLoadBalancers(region, zone), zone);
  });

  it("recognize their own zones only", () => {
    assert.ok(alicloud.isZoneOf("cn-hangzhou", "cn-hangzhou-p"));
    assert.ok(alicloud.isZoneOf("ap-southeast-1", "ap-southeast-1a"));
    for (const zone of [
      "cn-hangzhoua",
      "cn-hangzhou-",
      "cn-hangzhou-1",
      "cn-hangzhou-q",
      "cn-beijing-a",
      "ap-southeast-1a",
    ])
      assert.ok(!alicloud.isZoneOf("cn-hangzhou", zone), zone);
  });

  it("keep new buckets in three zones where they offer it", () => {
    assert.equal(alicloud.redundancyOf("cn-hangzhou"), "ZRS");
    assert.equal(alicloud.redundancyOf("us-west-1"), "LRS");
  });

  it("have public endpoints, unless the configuration names others", () => {
    const hangzhou = { region: "cn-hangzhou", endpoints: undefined };
    const jakarta = { region: "ap-southeast-5", endpoints: undefined };
    assert.deepEqual(
      (["alb", "ecs", "ess", "resourcemanager", "vpc"] as const).map((service) =>
        alicloud.endpointOf(jakarta, service),
      ),
      [
        "https://alb.ap-southeast-5.aliyuncs.com",
        "https://ecs.ap-southeast-5.aliyuncs.com",
        "https://ess.ap-southeast-5.aliyuncs.com",
        "https://resourcemanager.aliyuncs.com",
        "https://vpc.ap-southeast-5.aliyuncs.com",
      ],
    );
    assert.equal(alicloud.endpointOf(hangzhou, "ess"), "https://ess.aliyuncs.com");
    assert.equal(alicloud.endpointOf(hangzhou, "vpc"), "https://vpc.aliyuncs.com");
    const endpoints = { alb: "alb-vpc.cn-hangzhou.aliyuncs.com", ecs: "http://127.0.0.1:8080" };
    assert.equal(alicloud.endpointOf({ ...hangzhou, endpoints }, "alb"), "https://alb-vpc.cn-hangzhou.aliyuncs.com");
    assert.equal(alicloud.endpointOf({ ...hangzhou, endpoints }, "ecs"), "http://127.0.0.1:8080");
  });

  it("have the console of the account's site", () => {
    assert.equal(alicloud.consoleDomain("International"), "console.alibabacloud.com");
    for (const site of ["Domestic", undefined] as const)
      assert.equal(alicloud.consoleDomain(site), "console.aliyun.com");
  });
});

describe("the zones of a new network", () => {
  for (const [name, ofRegion, [first, second], named] of [
    ["aws", aws.zonesOf("us-east-1"), ["use1-az1", "use1-az2"], ["us-east-1c", "us-east-1a"]],
    [
      "alicloud",
      alicloud.zonesOf("cn-hangzhou"),
      ["cn-hangzhou-j", "cn-hangzhou-k"],
      ["cn-hangzhou-b", "cn-hangzhou-g"],
    ],
  ] as const)
    it(`on ${name} are the first ones of the region, or those that the stack file lists, in order`, () => {
      const network = { cidr: "10.0.0.0/16", egress: "nat" } as const;
      assert.deepEqual(zonesFor({ ...network, zones: 2 }, ofRegion), [first, second]);
      assert.deepEqual(zonesFor({ ...network, zones: [...named] }, ofRegion), [...named].sort());
    });
});
