import assert from "node:assert/strict";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { zonesFor } from "../../components/clouds/aws/network";
import { subnetCidr } from "../../components/clouds/cidr";
import { consoleOf, domainOf, isZoneId, partitionOf, zonesOf } from "../../components/clouds/aws/regions";

function ends(cidr: string): [number, number] {
  const number = (address: ipaddr.IPv4) => address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
  return [number(ipaddr.IPv4.networkAddressFromCIDR(cidr)), number(ipaddr.IPv4.broadcastAddressFromCIDR(cidr))];
}

describe("a network's blocks", () => {
  const cidr = fc
    .tuple(fc.constantFrom("10", "172.16", "192.168"), fc.integer({ min: 16, max: 20 }), fc.nat(255), fc.nat(255))
    .map(([start, bits, a, b]) => {
      const address = [...start.split("."), String(a), String(b), "0"].slice(0, 4).join(".");
      return `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`;
    });

  it("lie inside, do not overlap, and fill it", () => {
    fc.assert(
      fc.property(cidr, (whole) => {
        const blocks = Array.from({ length: 16 }, (_, n) => ends(subnetCidr(whole, n)));
        const [first, last] = ends(whole);
        assert.equal(blocks[0]?.[0], first);
        assert.equal(blocks[15]?.[1], last);
        for (const [index, [start]] of blocks.entries())
          assert.equal(start, index === 0 ? first : (blocks[index - 1]?.[1] ?? 0) + 1);
      }),
    );
  });

  it("are written so that AWS takes them as they are", () => {
    fc.assert(
      fc.property(cidr, fc.nat(15), (whole, n) => {
        const block = subnetCidr(whole, n);
        assert.equal(ipaddr.IPv4.networkAddressFromCIDR(block).toString(), block.split("/")[0]);
        // A subnet on AWS has from a /16 to a /28.
        assert.ok(Number(block.split("/")[1]) <= 28);
      }),
    );
  });

  it("of 10.0.0.0/16 begin as anyone would expect", () => {
    assert.deepEqual(
      [0, 1, 8, 15].map((n) => subnetCidr("10.0.0.0/16", n)),
      ["10.0.0.0/20", "10.0.16.0/20", "10.0.128.0/20", "10.0.240.0/20"],
    );
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

  it("have two zones or more, each once and by its id", () => {
    for (const region of regions) {
      const zones = zonesOf(region) ?? [];
      assert.ok(zones.length >= 2, region);
      assert.equal(new Set(zones).size, zones.length);
      assert.ok(zones.every(isZoneId), zones.join(", "));
    }
    assert.equal(zonesOf("xx-nowhere-1"), undefined);
  });

  it("tell a zone's id from its name", () => {
    for (const id of ["use1-az1", "usge1-az3", "apne1-az4"]) assert.ok(isZoneId(id), id);
    for (const name of ["us-east-1a", "use1-az", "az1"]) assert.ok(!isZoneId(name), name);
  });

  it("give the zones that were asked for, by number or by name", () => {
    const wanted = { cidr: "10.0.0.0/16", egress: "nat" } as const;
    assert.deepEqual(zonesFor({ ...wanted, zones: 2 }, "us-east-1"), ["use1-az1", "use1-az2"]);
    assert.deepEqual(zonesFor({ ...wanted, zones: ["us-east-1c", "us-east-1a"] }, "us-east-1"), [
      "us-east-1c",
      "us-east-1a",
    ]);
  });

  it("have their partition's ARNs, domain and console", () => {
    assert.deepEqual(["us-east-1", "cn-north-1", "us-gov-west-1"].map(partitionOf), ["aws", "aws-cn", "aws-us-gov"]);
    assert.deepEqual(["us-east-1", "cn-north-1", "us-gov-west-1"].map(domainOf), [
      "amazonaws.com",
      "amazonaws.com.cn",
      "amazonaws.com",
    ]);
    assert.equal(consoleOf("cn-north-1"), "https://cn-north-1.console.amazonaws.cn");
  });
});
