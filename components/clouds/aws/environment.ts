import * as pulumi from "@pulumi/pulumi";
import type { CloudEnvironment, CloudService } from "../cloud";
import type { Context, EnvironmentContext } from "../context";
import { files } from "./files";
import { type LoadBalancer, loadBalancer } from "./load-balancer";
import { logGroup } from "./logs";
import { type Network, network } from "./network";
import type { AwsPlatform, PlatformEnvironment } from "./platform";
import { consoleOf } from "./regions";
import { imageRetention, markImage } from "./image-keeping";
import { instanceSecurityGroup } from "./instance-security-group";
import { trafficSplit } from "./traffic-split";

/** What a service on AWS uses of its environment. */
interface EnvironmentParts {
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly platform: PlatformEnvironment;
}

/** Registers an environment: network, load balancer, and the ECS cluster where the platform has one. */
export function createEnvironment(
  context: EnvironmentContext,
  platform: AwsPlatform,
  natZones: readonly string[],
): CloudEnvironment {
  const vpc = network(context, platform.endpoints, natZones);
  const balancer = loadBalancer(context, vpc);
  const own = platform.createEnvironment(context);
  const { arn: id, dnsName, zoneId } = balancer.resource;
  return {
    loadBalancer: { id, dnsName, zoneId },
    cluster: own.cluster,
    createService: (name, spec, parent) =>
      createService({ ...context, name, spec, parent }, platform.targetType, {
        network: vpc,
        loadBalancer: balancer,
        platform: own,
      }),
  };
}

function createService(
  context: Context,
  targetType: AwsPlatform["targetType"],
  { network, loadBalancer, platform }: EnvironmentParts,
): CloudService {
  const securityGroup = instanceSecurityGroup(context, network, loadBalancer);
  const logs = logGroup(context);
  const storage = files(context, network, securityGroup.id);
  const { role, addRelease } = platform.createService(context, {
    network,
    loadBalancer,
    securityGroup,
    targetType,
    files: storage,
    logGroup: logs,
  });
  return {
    url: loadBalancer.url,
    gateUrl: loadBalancer.url,
    files: storage?.bucket.bucket,
    logs: logs.name,
    links: links(context.facts.region, logs.name, loadBalancer.resource.arn),
    role: { name: role.name, arn: role.arn },
    securityGroupId: securityGroup.id,
    addRelease: (release, image, parent, serving) =>
      addRelease(release, markImage({ ...context, parent }, release.id, image).image, parent, serving),
    retainImages: imageRetention(context),
    splitTraffic: (split, after, parent) => trafficSplit({ ...context, parent }, loadBalancer, split, after),
  };
}

function links(
  region: string,
  logGroupName: pulumi.Output<string>,
  loadBalancerArn: pulumi.Output<string>,
): CloudService["links"] {
  const console = consoleOf(region);
  // The console expects the name's slashes encoded twice, with $ for %.
  const group = logGroupName.apply((name) => encodeURIComponent(encodeURIComponent(name)).replaceAll("%", "$"));
  return {
    logs: pulumi.interpolate`${console}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${group}`,
    loadBalancer: pulumi.interpolate`${console}/ec2/home?region=${region}#LoadBalancer:loadBalancerArn=${loadBalancerArn}`,
  };
}
