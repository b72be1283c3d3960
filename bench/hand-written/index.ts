import * as pulumi from "@pulumi/pulumi";
import { HealthyTargets } from "../../components/clouds/aws/healthy-targets";
import { TrafficRule } from "../../components/clouds/aws/traffic-rule";
import { Gate } from "../../components/gate";
import { digest, image, mark, region, release, tags } from "./common";
import { balancer, listener, targets } from "./load-balancer";
import { cluster, registerBounds, schedules, service, size } from "./service";

/*
 * What somebody would write who needs one service and no component: the same resources with the same properties as
 * Pulumi.bench.yaml beside this file gives. `npm run bench` compares the two, resources first.
 */

const healthy = new HealthyTargets(`bookstore-${release}-healthy`, {
  region,
  targetGroup: targets.arn,
  instances: size.starts,
  within: 280,
  group: service.name,
  cluster: cluster.name,
});
const url = pulumi.interpolate`http://${balancer.dnsName}`;
const gate = new Gate(
  `bookstore-${release}-gate`,
  {
    url,
    path: "/healthz",
    header: pulumi.interpolate`${release}-${mark}`,
    release,
    answers: 3,
    within: 60,
    timeout: 4,
    group: service.id,
  },
  { dependsOn: [healthy] },
);
const split = new TrafficRule(
  "bookstore-traffic-split-http",
  {
    region,
    listener: listener.arn,
    shares: [
      {
        release,
        version: "1.4.2",
        image,
        targetGroup: targets.arn,
        weight: 100,
        passed: [healthy.passed, gate.passed],
        servers: { targetGroup: targets.arn, group: service.name, cluster: cluster.name },
        startWithin: 280,
        bounds: { min: 2, max: 6, schedules },
      },
    ],
    entering: [release],
    url,
    requested: {
      ...{ name: "bookstore", cloud: "aws", region: "us-east-1", network: { cidr: "10.0.0.0/16" } },
      ...{ internal: false, digest, attempt: 0, resources: "" },
    },
    tags: tags("bookstore-traffic-split-http"),
  },
  { dependsOn: [gate] },
);
registerBounds(split);

export { url };
