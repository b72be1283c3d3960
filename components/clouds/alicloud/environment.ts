import * as pulumi from "@pulumi/pulumi";
import type { CloudEnvironment, CloudService } from "../cloud";
import type { Context, EnvironmentContext } from "./context";
import { schedulesUntil } from "./cron";
import { files } from "./files";
import { identity } from "./identity";
import { type LoadBalancer, loadBalancer } from "./load-balancer";
import { type Logs, logProject, logs } from "./logs";
import { type Network, network } from "./network";
import type { AlicloudPlatform } from "./platform";
import { consoleDomain } from "./regions";
import { imageRetention, markImage } from "./image-keeping";
import { instanceSecurityGroup } from "./instance-security-group";
import { ServiceLinkedRole } from "./service-linked-role";
import { trafficSplit } from "./traffic-split";

/** What a service on Alibaba Cloud uses of its environment. */
interface EnvironmentParts {
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly logProject: pulumi.Output<string>;
  readonly scalingRole: ServiceLinkedRole;
}

/** Registers an environment: network, load balancer, log project, and the role with which Auto Scaling works. */
export function createEnvironment(
  context: EnvironmentContext,
  platform: AlicloudPlatform,
  natZones: readonly string[],
): CloudEnvironment {
  const vpc = network(context, natZones);
  const balancer = loadBalancer(context, vpc);
  const parts: EnvironmentParts = {
    network: vpc,
    loadBalancer: balancer,
    logProject: logProject(context),
    scalingRole: new ServiceLinkedRole(context),
  };
  const { id, dnsName } = balancer.resource;
  return {
    loadBalancer: { id, dnsName },
    cluster: undefined,
    createService: (name, spec, parent) => createService({ ...context, name, spec, parent }, platform, parts),
  };
}

function createService(
  context: Context,
  platform: AlicloudPlatform,
  { network, loadBalancer, logProject, scalingRole }: EnvironmentParts,
): CloudService {
  const securityGroup = instanceSecurityGroup(context, network);
  // The instances admit the load balancer in a further zone before it sends requests from there.
  const ports = context.spec.releases.flatMap(({ shape }) => securityGroup.openPort(shape.port));
  const zones = loadBalancer.zones(ports);
  const storage = files(context, network);
  const log = logs(context, logProject, platform.collectLogs);
  const app = identity(context, storage);
  const common = { network, loadBalancer, zones: zones.all, securityGroup, scalingRole };
  const parts = { ...common, files: storage, logs: log, identity: app };
  return {
    url: zones.url,
    gateUrl: zones.url,
    files: storage?.bucket,
    logs: pulumi.interpolate`${log.project}/${log.store}`,
    links: links(context, log, loadBalancer),
    role: { name: app.role.roleName, arn: app.role.arn },
    securityGroupId: securityGroup.id,
    schedulesUntil: schedulesUntil(context.spec.scaling.filter((trigger) => trigger.kind === "schedule")),
    addRelease(release, image, parent, serving) {
      const own = { ...context, parent };
      const { mark: imageMark, image: marked } = markImage(own, release.id, image);
      return platform.addRelease(own, { ...parts, imageMark }, release, marked, serving);
    },
    retainImages: imageRetention(context),
    splitTraffic: (split, after, parent) => trafficSplit({ ...context, parent }, loadBalancer, split, after),
  };
}

function links({ facts }: Context, { project, store }: Logs, { resource }: LoadBalancer): CloudService["links"] {
  const console = consoleDomain(facts.accountType);
  return {
    logs: pulumi.interpolate`https://sls.${console}/lognext/project/${project}/logsearch/${store}`,
    loadBalancer: pulumi.interpolate`https://slb.${console}/alb/${facts.region}/albs/${resource.id}`,
  };
}
