/** The removal of a load balancer from a security group on Alibaba Cloud, against an API that has one. */
import assert from "node:assert/strict";
import * as removal from "../../../components/clouds/alicloud/load-balancer-security-group-removal.remote";
import { simulatedClock } from "../../support/clock";
import { type Fields, refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

describe("the removal of a load balancer from a security group on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  /** The groups that the load balancer has joined; undefined where it is gone. */
  let joined: Set<string> | undefined;
  /** Whether another lets it leave just after it was read. */
  let overtaken: boolean;

  beforeEach(() => {
    joined = new Set(["sg-1", "sg-2"]);
    overtaken = false;
    api.reply = reply;
  });

  function reply(action: string, fields: Fields): Reply {
    if (joined === undefined) return refusal("ResourceNotFound.LoadBalancer");
    if (action === "GetLoadBalancerAttribute") return { LoadBalancerStatus: "Active", SecurityGroupIds: [...joined] };
    assert.equal(action, "LoadBalancerLeaveSecurityGroup");
    if (overtaken) joined.clear();
    return joined.delete(fields["SecurityGroupIds.1"] ?? "") ? {} : refusal("ResourceNotAssociated.SecurityGroup");
  }

  const remove = async () => {
    const inputs = {
      ...{ region: "cn-hangzhou", loadBalancing: api.url },
      ...{ loadBalancer: "alb-1", securityGroup: "sg-1" },
    };
    const { id, outs } = await removal.create(inputs);
    assert.deepEqual(outs, inputs);
    await removal.delete(id, outs);
  };
  const departures = () => api.actions.filter((action) => action === "LoadBalancerLeaveSecurityGroup").length;

  it("lets it leave the one group, and does nothing where it has left", async () => {
    await remove();
    await remove();
    assert.deepEqual([...(joined ?? [])], ["sg-2"]);
    assert.equal(departures(), 1);
  });

  it("is done where it has left in the meantime", async () => {
    overtaken = true;
    await remove();
    assert.equal(departures(), 1);
  });

  it("does nothing where the load balancer is gone", async () => {
    joined = undefined;
    await remove();
    assert.equal(departures(), 0);
  });
});
