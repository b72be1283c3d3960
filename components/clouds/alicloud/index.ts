import * as pulumi from "@pulumi/pulumi";
import type { Capabilities, Capability, Cloud, StackFacts } from "../cloud";
import { containers } from "./container";
import type { Context } from "../context";
import { files } from "./files";
import { identity } from "./identity";
import { check } from "./limits";
import { loadBalancer } from "./load-balancer";
import { logs } from "./logs";
import { Digits } from "./names";
import { network } from "./network";
import { notes } from "./notes";
import { consoleDomain } from "./regions";
import { ServiceRole } from "./service-role";
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
    vm: no(
      "Auto Scaling knows an ECS instance's memory only through an agent that the image may lack; use cpu or requests, or compute: container",
    ),
  },
  "requests trigger": { container: yes, vm: yes },
  "schedule trigger": { container: yes, vm: yes },
  "shared file system": { container: yes, vm: yes },
  secrets: {
    container: no(
      "Elastic Container Instance cannot put a secret into a variable by its reference; let the app fetch it from KMS, or use compute: vm",
    ),
    vm: yes,
  },
};

/** Rises whenever what becomes of a release here changes, so that running releases are replaced and never edited. */
const recipe = 1;

/** Alibaba Cloud behind the port. */
export function alicloud(facts: StackFacts): Cloud {
  const { region } = facts;
  return {
    name: "alicloud",
    region,
    capabilities,
    launchSeconds,
    bakeMinutes,
    check: (service) => check(service, region),
    notes,
    instanceShape(compute, size, architecture) {
      if (compute === "container" && architecture === "x86_64")
        return { recipe, label: `ECI ${size.cpu} vCPU, ${size.memoryGiB} GiB, ${architecture}` };
      const type = cheapestInstanceType(size, architecture);
      const label = type ? describeInstanceType(type, architecture) : "no instance type";
      return { recipe, label: compute === "container" ? `ECI on ${label}` : label };
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
      const digits = new Digits(`${name}-digits`, { parent });
      const net = network(context);
      const balancer = loadBalancer(context, net);
      const logged = logs(context, digits);
      const stored = files(context, net, digits);
      const parts = {
        net,
        balancer,
        files: stored,
        logs: logged,
        who: identity(context, stored),
        scalingRole: new ServiceRole(context),
      };
      const console = consoleDomain(facts.account?.type);
      return {
        url: balancer.url,
        reachedAt: balancer.reachedAt,
        files: stored?.bucket,
        logs: pulumi.interpolate`${logged.project}/${logged.store}`,
        links: {
          logs: pulumi.interpolate`https://sls.${console}/lognext/project/${logged.project}/logsearch/${logged.store}`,
          loadBalancer: pulumi.interpolate`https://slb.${console}/alb/${region}/albs/${balancer.id}`,
        },
        addRelease: spec.compute === "vm" ? machines(context, parts) : containers(context, parts),
        splitTraffic: (shares, after) => {
          balancer.splitTraffic(shares, after);
        },
      };
    },
  };
}
