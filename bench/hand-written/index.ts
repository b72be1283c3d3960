import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { HealthyTargets } from "../../components/clouds/aws/healthy-targets";
import { TrafficSplitCheck } from "../../components/clouds/aws/traffic-split-check";
import { Gate } from "../../components/gate";
import { region, release, tags } from "./common";
import { balancer, listener, targets } from "./load-balancer";
import { cluster, service } from "./service";

/*
 * What somebody would write who needs one service and no component: the same resources with the same properties as
 * Pulumi.bench.yaml beside this file gives. `npm run bench` compares the two, resources first.
 */

const healthy = new HealthyTargets(`bookstore-${release}-healthy`, {
  region,
  targetGroup: targets.arn,
  instances: 2,
  within: 280,
  group: service.name,
  cluster: cluster.name,
});
const url = pulumi.interpolate`http://${balancer.dnsName}`;
const gate = new Gate(
  `bookstore-${release}-gate`,
  { url, path: "/healthz", release, answers: 3, within: 60, timeout: 2, group: service.id },
  { dependsOn: [healthy] },
);
const split = new aws.lb.ListenerRule(
  "bookstore-traffic-split",
  {
    listenerArn: listener.arn,
    priority: 50_000,
    conditions: [{ pathPattern: { values: ["/*"] } }],
    actions: [{ type: "forward", targetGroupArn: targets.arn }],
    tags: tags("bookstore-traffic-split"),
  },
  { dependsOn: [gate] },
);
new TrafficSplitCheck("bookstore-traffic-split-check", {
  region,
  rule: split.arn,
  shares: pulumi.all([pulumi.interpolate`${targets.arn}=100`]),
});

export { url };
