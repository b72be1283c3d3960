import * as pulumi from "@pulumi/pulumi";
import type { Cloud, CloudEnvironment, CloudService, EnvironmentSpec } from "./clouds/cloud";
import { componentTypes } from "./component-types";
import { OwnershipMark } from "./ownership-mark";
import type { LastOutputs } from "./last-outputs";
import { natZones } from "./nat-zones";
import type { ServiceSpec } from "./spec";

/** The inputs of an environment. */
export interface EnvironmentArgs {
  /** The cloud's implementation, such as `aws({ region, … })`. */
  readonly cloud: Cloud;
  /** The settings of network, load balancer and certificate; a service's spec has them. */
  readonly spec: EnvironmentSpec;
  /**
   * What the stack knows of itself from before, from `await lastOutputs("…")`. With it, the single NAT gateway stays in
   * its zone where zones are added. Default: none, so the gateway is in the first zone.
   */
  readonly last?: LastOutputs | undefined;
  /**
   * Called with the check of the account and the ownership mark before anything else is registered: a service that
   * creates the environment for itself records its intent first.
   * @internal
   */
  readonly begin?: (account: pulumi.Resource, mark: pulumi.Output<string>) => void;
}

/**
 * What several services could share: network, load balancer and listeners, cluster, log project. A service creates one
 * for itself unless it gets one. Either way the environment is registered beside the service, never below it, so an
 * environment that is handed to the service later keeps every URN.
 */
export class Environment extends pulumi.ComponentResource {
  /** The cloud in which the environment is. */
  readonly cloud: Cloud;
  /**
   * The ownership mark, which every resource of the environment and of its service has in a tag.
   * @internal
   */
  readonly mark: pulumi.Output<string>;
  /**
   * The check of the account, before everything that the cloud has of the environment.
   * @internal
   */
  readonly account: pulumi.Resource;
  /**
   * Everything that the environment has registered.
   * @internal
   */
  readonly registered: readonly pulumi.Resource[];
  private readonly resources: CloudEnvironment;
  private service: string | undefined;

  constructor(name: string, args: EnvironmentArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { cloud, spec, last, begin } = args;
    const registered: pulumi.Resource[] = [];
    const before: pulumi.Resource[] = [];
    const note: pulumi.ResourceTransformation = ({ resource, props, opts }) => {
      registered.push(resource);
      return before.length === 0 ? undefined : { props, opts: pulumi.mergeOptions(opts, { dependsOn: [...before] }) };
    };
    super(
      componentTypes.environment,
      name,
      { cloud: cloud.name, region: cloud.region },
      { ...opts, transformations: [...(opts.transformations ?? []), note] },
    );
    this.registered = registered;
    this.cloud = cloud;
    this.account = cloud.checkAccount(`${name}-account`, this);
    this.mark = new OwnershipMark(`${name}-mark`, { parent: this }).mark;
    // A service's intent depends on the check, and everything else on the intent.
    if (begin === undefined) before.push(this.account);
    else begin(this.account, this.mark);
    this.resources = cloud.createEnvironment(name, spec, this.mark, natZones(name, last), this);
    this.registerOutputs({ loadBalancer: this.loadBalancer, cluster: this.cluster });
  }

  /** The load balancer. */
  get loadBalancer(): CloudEnvironment["loadBalancer"] {
    return this.resources.loadBalancer;
  }

  /** The ARN of the ECS cluster; undefined where the platform has no clusters. */
  get cluster(): CloudEnvironment["cluster"] {
    return this.resources.cluster;
  }

  /**
   * Registers what a service has once, below `parent`. Throws a RunError for a second service: its traffic split would
   * compete with the first one's for the same requests.
   * @internal
   */
  createService(name: string, spec: ServiceSpec, parent: pulumi.ComponentResource): CloudService {
    if (this.service !== undefined)
      throw new pulumi.RunError(
        `the environment already serves ${this.service}, and serves one service only: create another environment for ${name}`,
      );
    this.service = name;
    return this.resources.createService(name, spec, parent);
  }
}
