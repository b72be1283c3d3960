import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudService, Platform } from "../cloud";
import type { Context, EnvironmentContext } from "../context";
import type { Files } from "./files";
import type { LoadBalancer } from "./load-balancer";
import type { LogStore } from "./log-store";
import type { Network } from "./network";
import type { InstanceSecurityGroup } from "../instance-security-group";

/** A platform on AWS: what the port asks for, and how its resources differ from those of the other platforms. */
export interface AwsPlatform extends Platform {
  /** How a target group addresses an instance. */
  readonly targetType: "instance" | "ip";
  /** The AWS services that an instance needs to start, beside those of its own settings, as VPC endpoints name them. */
  readonly endpoints: readonly string[];
  /** Registers what the platform's services could share. */
  createEnvironment(context: EnvironmentContext): PlatformEnvironment;
}

/** What an environment has for one platform. */
export interface PlatformEnvironment {
  /** The ECS cluster's ARN; undefined where the platform has no clusters. */
  readonly cluster: pulumi.Output<string> | undefined;
  /** Registers the identity of a service's instances. */
  createService(context: Context, parts: ServiceParts): PlatformService;
}

/** What a service has for its platform. */
export interface PlatformService {
  /** The role that the app has. */
  readonly role: aws.iam.Role;
  readonly addRelease: CloudService["addRelease"];
}

/** What the releases of a service share. */
export interface ServiceParts {
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly securityGroup: InstanceSecurityGroup;
  readonly targetType: AwsPlatform["targetType"];
  readonly files: Files | undefined;
  readonly logGroup: LogStore;
}
