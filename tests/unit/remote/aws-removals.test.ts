/** The removal of a listener and of an ECS cluster on AWS, against an API that has some. */
import assert from "node:assert/strict";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import * as cluster from "../../../components/clouds/aws/cluster-removal.remote";
import * as listener from "../../../components/clouds/aws/listener-removal.remote";
import { answerCommands, awsError } from "../../support/aws-commands";

const region = "us-east-1";

describe("the removal of a listener on AWS", () => {
  /** The ports of the listeners, by ARN; undefined where the load balancer is gone. */
  let ports: Map<string, number> | undefined;
  /** Whether another deletes the listeners just after they were listed. */
  let overtaken: boolean;
  const recorded = answerCommands([ElasticLoadBalancingV2Client], () => ({
    DescribeListeners: () => {
      if (ports === undefined) throw awsError("LoadBalancerNotFoundException");
      return { Listeners: [...ports].map(([ListenerArn, Port]) => ({ ListenerArn, Port })) };
    },
    DeleteListener: ({ ListenerArn: arn }: { ListenerArn: string }) => {
      if (overtaken) ports?.clear();
      if (ports?.delete(arn) !== true) throw awsError("ListenerNotFoundException");
      return {};
    },
  }));
  const deletions = () => recorded.sent.filter(({ name }) => name === "DeleteListener").length;
  const remove = async () => {
    const inputs = { region, loadBalancer: "arn:balancer", port: 443 };
    const { id, outs } = await listener.create(inputs);
    assert.deepEqual(outs, inputs);
    await listener.delete(id, outs);
  };

  beforeEach(() => {
    ports = new Map([
      ["arn:http", 80],
      ["arn:https", 443],
    ]);
    overtaken = false;
  });

  it("deletes the one on its port, and nothing where it is gone", async () => {
    await remove();
    await remove();
    assert.deepEqual([...(ports ?? [])], [["arn:http", 80]]);
    assert.equal(deletions(), 1);
  });

  it("takes one that is gone in the meantime for deleted", async () => {
    overtaken = true;
    await remove();
    assert.equal(deletions(), 1);
  });

  it("does nothing where the load balancer is gone", async () => {
    ports = undefined;
    await remove();
    assert.equal(deletions(), 0);
  });
});

describe("the removal of an ECS cluster on AWS", () => {
  const owner = "project/stack/0a1b2c3d";
  /** The owners of the clusters, by name. */
  let owners: Map<string, string>;
  /** Whether another deletes the clusters just after they were listed. */
  let overtaken: boolean;
  const recorded = answerCommands([ECSClient], () => ({
    ListClusters: () => ({ clusterArns: [...owners.keys()] }),
    DescribeClusters: () => ({
      clusters: [...owners].map(([clusterName, value]) => ({
        clusterName,
        clusterArn: clusterName,
        status: "ACTIVE",
        tags: [{ key: "immutable-service", value }],
      })),
    }),
    DeleteCluster: ({ cluster: arn }: { cluster: string }) => {
      if (overtaken) owners.clear();
      if (!owners.delete(arn)) throw awsError("ClusterNotFoundException");
      return {};
    },
  }));
  const deletions = () => recorded.sent.filter(({ name }) => name === "DeleteCluster").length;
  const remove = async () => {
    const inputs = { region, cluster: "shop", owner };
    const { id, outs } = await cluster.create(inputs);
    assert.deepEqual(outs, inputs);
    await cluster.delete(id, outs);
  };

  beforeEach(() => {
    owners = new Map([
      ["shop-0a1b2c3", owner],
      ["shop-4d5e6f7", "project/other/0a1b2c3d"],
      ["shopping", owner],
    ]);
    overtaken = false;
  });

  it("deletes the stack's own, and nothing where it is gone", async () => {
    await remove();
    await remove();
    assert.deepEqual([...owners.keys()], ["shop-4d5e6f7", "shopping"]);
    assert.equal(deletions(), 1);
  });

  it("takes one that is gone in the meantime for deleted", async () => {
    overtaken = true;
    await remove();
    assert.equal(deletions(), 1);
  });
});
