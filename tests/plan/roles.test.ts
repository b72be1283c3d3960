import assert from "node:assert/strict";
import { rolesOf } from "../../plan/derive/roles";

const service = "immutable:service:ImmutableService";

/** The roles of resources that are registered in this order; each is its URN, its type and its parent. */
function rolesIn(...resources: readonly (readonly [urn: string, type: string, parent: string | null])[]) {
  return Object.fromEntries(rolesOf(resources.map(([urn, type, parent]) => ({ urn, type, parent }))));
}

describe("a resource's role", () => {
  it("is the component below the service in which the resource is, however deep", () => {
    assert.deepEqual(
      rolesIn(
        ["box", service, null],
        ["balancer", "immutable:service:LoadBalancer", "box"],
        ["listener", "aws:lb/listener:Listener", "balancer"],
        ["rule", "aws:lb/listenerRule:ListenerRule", "listener"],
      ),
      { box: "service", balancer: "load balancer", listener: "load balancer", rule: "load balancer" },
    );
  });

  it("is the component below the environment for what several services could share", () => {
    assert.deepEqual(
      rolesIn(
        ["shared", "immutable:service:Environment", null],
        ["network", "immutable:service:Network", "shared"],
        ["vpc", "aws:ec2/vpc:Vpc", "network"],
      ),
      { shared: "environment", network: "network", vpc: "network" },
    );
  });

  it("is the outermost of several components: the network of a bake belongs to the image", () => {
    assert.deepEqual(
      rolesIn(
        ["box", service, null],
        ["image", "immutable:service:Image", "box"],
        ["network", "immutable:service:Network", "image"],
        ["vpc", "aws:ec2/vpc:Vpc", "network"],
      ),
      { box: "service", image: "image", network: "image", vpc: "image" },
    );
  });

  it("is that of the service for a resource in no component below it", () => {
    assert.deepEqual(rolesIn(["box", service, null], ["key", "aws:kms/key:Key", "box"]), {
      box: "service",
      key: "service",
    });
  });

  it("is other for a resource outside of the library's components, and for all below it", () => {
    assert.deepEqual(
      rolesIn(
        ["mine", "acme:shop:Database", null],
        ["key", "aws:kms/key:Key", "mine"],
        ["box", service, "mine"],
        ["split", "immutable:service:TrafficSplit", "box"],
      ),
      { mine: "other", key: "other", box: "service", split: "traffic split" },
    );
  });
});
