import type * as pulumi from "@pulumi/pulumi";
import type { MetricTrigger, Release } from "../../spec";
import type { ServingInputs } from "../start-size.remote";
import type { Platform, ServerGroup } from "../cloud";
import type { Context } from "./context";
import type { Files } from "./files";
import type { Identity } from "./identity";
import type { LoadBalancer, LoadBalancerZones } from "./load-balancer";
import type { LogCollection, Logs } from "./logs";
import type { Network } from "./network";
import type { InstanceSecurityGroup } from "../instance-security-group";
import type { ServiceLinkedRole } from "./service-linked-role";

/**
 * A platform on Alibaba Cloud: what the port asks for, and how its resources differ from those of the other platforms.
 */
export interface AlicloudPlatform extends Platform {
  readonly collectLogs: LogCollection;
  /** Registers a release: target group, scaling group, triggers, and the wait for the instances' health. */
  addRelease(
    context: Context,
    parts: ReleaseParts,
    release: Release,
    image: pulumi.Input<string>,
    serving: ServingInputs,
  ): ServerGroup;
}

/** Auto Scaling's names of the metrics that triggers follow. */
export type MetricNames = Readonly<Record<MetricTrigger["metric"], string>>;

/** What a release is made of, beside its own settings. */
export interface ReleaseParts extends ServiceParts {
  /** The mark on its image, which stays until its last instance has stopped. */
  readonly imageMark: pulumi.Resource;
}

/** What the releases of a service share. */
export interface ServiceParts {
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  /** A release is gone before a zone that it used is removed from the load balancer. */
  readonly zones: LoadBalancerZones["all"];
  readonly securityGroup: InstanceSecurityGroup;
  readonly files: Files | undefined;
  readonly logs: Logs;
  readonly identity: Identity;
  /** The role with which Auto Scaling itself works. */
  readonly scalingRole: ServiceLinkedRole;
}
