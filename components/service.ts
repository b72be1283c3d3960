import * as pulumi from "@pulumi/pulumi";
import type { Cloud, CloudEnvironment, CloudService, LoadBalancerOutputs } from "./clouds/cloud";
import { componentTypes } from "./component-types";
import { Environment } from "./environment";
import { imageName } from "./id";
import { Image } from "./image";
import { Release } from "./release";
import type { ServiceSpec } from "./spec";
import { TrafficSplit } from "./traffic-split";

/** The inputs of a service. */
export interface ImmutableServiceArgs {
  /** The cloud's implementation, such as `aws({ region, … })`. */
  readonly cloud: Cloud;
  /** The service, from `resolveService`. */
  readonly spec: ServiceSpec;
  /**
   * The environment in which the service runs. Default: one of the service's name, with the service's network, load
   * balancer and certificate.
   */
  readonly environment?: Environment | undefined;
}

/** The outputs of a service. */
export interface ServiceOutputs {
  /** The service's address. */
  readonly url: pulumi.Output<string>;
  /** The version of the current release. */
  readonly version: string;
  /** The id of the current release, such as `1-4-2-9f3ab1`. */
  readonly release: string;
  /** The image of the current release: a valid value of another stack's `image`. */
  readonly image: pulumi.Output<string>;
  /** The bucket's name; absent for a service without files. */
  readonly files?: CloudService["files"];
  /** The name of the service's place in the cloud's log service. */
  readonly logs: pulumi.Output<string>;
  /** Pages of the cloud's console. */
  readonly links: CloudService["links"];
  /** The name of the role that the app has. */
  readonly roleName: pulumi.Output<string>;
  /** The ARN of the role that the app has: the principal of another resource's policy that grants the app access. */
  readonly roleArn: pulumi.Output<string>;
  /** The id of the instances' security group: the source that another resource's security group admits. */
  readonly securityGroupId: pulumi.Output<string>;
  /** The load balancer. */
  readonly loadBalancer: LoadBalancerOutputs;
  /** The ARN of the ECS cluster; absent on virtual machines and on Alibaba Cloud. */
  readonly cluster?: CloudEnvironment["cluster"];
  /** The target group of the current release: on AWS its ARN, on Alibaba Cloud the server group's id. */
  readonly targetGroup: pulumi.Output<string>;
}

/**
 * An immutable service: N identical instances of one image behind a load balancer, replaced as a whole by the next
 * release. Each release is a resource name, so a new release is created beside the old one, has to pass its gate, gets
 * the traffic, and only then does the engine delete the old one.
 */
export class ImmutableService extends pulumi.ComponentResource {
  /** What the service was created from. The offline plan reads the platform's times and the cloud's notes from it. */
  readonly args: ImmutableServiceArgs;
  /** The outputs, which the component registers too. */
  readonly outputs: ServiceOutputs;

  constructor(
    name: string,
    { cloud, spec, environment: given }: ImmutableServiceArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    // The service in its own words is the component's input, so that a preview shows a change in these words too.
    super(componentTypes.service, name, { cloud: cloud.name, region: cloud.region, service: spec }, opts);
    this.args = { cloud, spec };
    const environment = given ?? new Environment(name, { cloud, spec }, inherited(opts));
    if (environment.cloud !== cloud)
      throw new pulumi.RunError(`the service ${name} and its environment must be created with the same cloud`);
    const service = environment.createService(name, spec, this);
    const [current, ...others] = spec.releases;
    const image =
      spec.build === undefined
        ? pulumi.output(imageName(current.shape.image))
        : new Image(name, { cloud, spec, build: spec.build }, { parent: this }).reference;
    const currentRelease = new Release(name, { service, release: current, image, spec }, { parent: this });
    const otherReleases = others.map(
      (release) =>
        new Release(name, { service, release, image: imageName(release.shape.image), spec }, { parent: this }),
    );
    new TrafficSplit(name, { service, releases: [currentRelease, ...otherReleases] }, { parent: this });

    const { loadBalancer, cluster } = environment;
    const { url, files, logs, links, role, securityGroupId } = service;
    this.outputs = {
      url,
      version: current.version,
      release: current.id,
      image,
      ...(files === undefined ? {} : { files }),
      logs,
      links,
      roleName: role.name,
      roleArn: role.arn,
      securityGroupId,
      loadBalancer,
      ...(cluster === undefined ? {} : { cluster }),
      targetGroup: currentRelease.targetGroup,
    };
    this.registerOutputs(this.outputs);
  }
}

/**
 * The options that a resource passes on to those below it: the environment stands beside the service and gets them
 * too.
 */
function inherited({
  parent,
  provider,
  providers,
  protect,
  retainOnDelete,
  transformations,
  transforms,
}: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions {
  return { parent, provider, providers, protect, retainOnDelete, transformations, transforms };
}
