import type { Capabilities, Capability, Cloud, StackFacts } from "../cloud";
import { containers } from "./container";
import type { Context } from "../context";
import { files } from "./files";
import { identity } from "./identity";
import { check } from "./limits";
import { loadBalancer } from "./load-balancer";
import { logGroup } from "./logs";
import * as pulumi from "@pulumi/pulumi";
import { network } from "./network";
import { consoleOf } from "./regions";
import { describeInstanceType } from "../sizing";
import { cheapestInstanceType } from "./instance-types";
import { bakeMinutes } from "./timings";
import type * as MachineImage from "./machine-image";
import type * as Registry from "./registry";
import { machines } from "./vm";
import { launchSeconds } from "./timings";

const yes: Capability = { offered: true };
const no = (because: string): Capability => ({ offered: false, because });

const capabilities: Capabilities = {
  command: { container: yes, vm: no("is for containers only: on vm the machine image's own unit starts the app") },
  "cpu trigger": { container: yes, vm: yes },
  "memory trigger": {
    container: yes,
    vm: no("EC2 does not measure an instance's memory; use cpu or requests, or compute: container"),
  },
  "requests trigger": { container: yes, vm: yes },
  "schedule trigger": { container: yes, vm: yes },
  "shared file system": { container: yes, vm: yes },
  secrets: { container: yes, vm: yes },
};

/** Rises whenever what becomes of a release here changes, so that running releases are replaced and never edited. */
const recipe = 1;

/** Amazon Web Services behind the port. */
export function aws(facts: StackFacts): Cloud {
  const { region } = facts;
  return {
    name: "aws",
    region,
    capabilities,
    launchSeconds,
    bakeMinutes,
    check: (service) => check(service, region),
    notes: () => [],
    instanceShape(compute, size, architecture) {
      if (compute === "container")
        return { recipe, label: `Fargate ${size.cpu} vCPU, ${size.memoryGiB} GiB, ${architecture}` };
      const type = cheapestInstanceType(size, architecture);
      return {
        recipe,
        label: type ? describeInstanceType(type, architecture) : "no instance type",
      };
    },
    bake(name, build, spec, parent) {
      const context: Context = { name, spec, facts, parent };
      // Loaded only for a stack that bakes: other stacks do without Docker's provider and the packer of machine images.
      /* eslint-disable @typescript-eslint/no-require-imports -- a port whose calls register resources cannot wait for an import */
      if (spec.compute === "vm")
        return (require("./machine-image") as typeof MachineImage).machineImage(context, build);
      return (require("./registry") as typeof Registry).containerImage(context, build);
      /* eslint-enable @typescript-eslint/no-require-imports */
    },
    found(name, spec, parent) {
      const context: Context = { name, spec, facts, parent };
      const net = network(context);
      const balancer = loadBalancer(context, net);
      const logs = logGroup(context);
      const stored = files(context, net, balancer.instanceSecurityGroupId);
      const who = identity(context, stored, logs.arn);
      const parts = { net, balancer, files: stored, logGroupName: logs.name, who };
      const console = consoleOf(region);
      return {
        url: balancer.url,
        files: stored?.bucket.bucket,
        logs: logs.name,
        links: {
          // The console wants the name's slashes encoded twice, with $ for %.
          logs: pulumi.interpolate`${console}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${logs.name.apply((group) => encodeURIComponent(encodeURIComponent(group)).replaceAll("%", "$"))}`,
          loadBalancer: pulumi.interpolate`${console}/ec2/home?region=${region}#LoadBalancer:loadBalancerArn=${balancer.arn}`,
        },
        addRelease: spec.compute === "vm" ? machines(context, parts) : containers(context, parts),
        splitTraffic: (shares, after) => {
          balancer.splitTraffic(shares, after);
        },
      };
    },
  };
}
