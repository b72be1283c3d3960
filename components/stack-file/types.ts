import type * as pulumi from "@pulumi/pulumi";

/**
 * The types of a service's description. Written by `npm run docs` from schema.ts; change it there.
 *
 * `…Args` is what a program or a stack file gives. `…Config` is the same on one cloud, with its values in place of those
 * per cloud and with every default applied; where that makes no difference the two are one.
 */

/** A cloud: Amazon Web Services or Alibaba Cloud. */
export type CloudName = "aws" | "alicloud";

/** A value for every cloud, or one per cloud. */
export type PerCloud<Value = string> =
  Value | { readonly aws?: Value | undefined; readonly alicloud?: Value | undefined };

/** What an instance is: a container on the cloud's container service, or a virtual machine from a machine image. */
export type Compute = ServiceConfig["compute"];

/** The network, new or existing. */
export type NetworkConfig = ServiceConfig["network"];

/** A field of a release that is part of its id. The service has each of them too, as a release inherits them. */
export type IdField = Exclude<keyof ReleaseConfig, "weight" | "instances">;

/** Bakes the image in the stack, from the recipe in a folder. */
export interface BuildArgs {
  /**
   * The image to start from: on `container`, a Debian image by digest (`name@sha256:…`); on `vm`, the id of a Debian
   * machine image with cloud-init.
   */
  readonly from: PerCloud;
  /**
   * The application's file (in the example a WAR), which you build before, relative to the project's folder. The path
   * of the application's file, such as images/app/target/bookstore.war.
   */
  readonly artifact: string;
  /** The folder of the recipe, relative to the project's folder. A folder such as images. Default: `"images"`. */
  readonly folder?: string | undefined;
  /**
   * Docker's build arguments on `container`, Ansible's variables on `vm`; images/README.md lists them. Default: none.
   */
  readonly arguments?: Readonly<Record<string, string>> | undefined;
  /**
   * The repository to which the image is pushed. Only on `container`. Required on Alibaba Cloud: a repository of a
   * Container Registry Enterprise Edition instance. Default: on AWS, a repository in ECR that the stack creates.
   */
  readonly repository?: PerCloud | undefined;
  /**
   * The source revision of the artifact: a label of the image, not part of its recipe. A revision of at most 64
   * letters, digits, dots, dashes and underscores, such as a commit's hash. Default: none.
   */
  readonly revision?: string | undefined;
  /**
   * The URL of the sources: a label of the image, not part of its recipe. A URL such as
   * https://git.example.com/bookstore. Default: none.
   */
  readonly source?: string | undefined;
  /**
   * Other AWS accounts that may pull the image from the repository that the stack creates, for stacks there that name
   * it. Only containers on AWS: machine images are encrypted with a key that no other account can use, and Container
   * Registry grants access to users and roles of its own account only. A list of 1 to 50 account ids. Default: no other
   * account.
   */
  readonly pullableBy?: readonly string[] | undefined;
  /**
   * Days for which an image stays after a release of a stack named it for the last time. After each release, the
   * service's older images are deleted, and never one with a tag `live-…`, which each stack sets on the images of its
   * releases. Only images that this program has baked count. A whole number of days from 1 to 3650. Default: no image
   * is deleted.
   */
  readonly keep?: number | undefined;
}

/** An image that the stack bakes. */
export interface BakedImageArgs {
  /** Bakes the image in the stack, from the recipe in a folder. */
  readonly build: BuildArgs;
}

/** The size of one instance. */
export interface SizeArgs {
  /**
   * The vCPUs of one instance. On `container`, CPU and memory must be a size that the cloud offers
   * ([Fargate's](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html)); on `vm`, the
   * cheapest instance type of this size is used. A number of vCPUs from 0.25 to 192. Default: `0.5`.
   */
  readonly cpu?: number | undefined;
  /** The memory of one instance. A number of GiB from 0.5 to 1536. Default: `1`. */
  readonly memoryGiB?: number | undefined;
}

/** The disk of one instance. */
export interface DiskArgs {
  /**
   * The size of the disk, which is encrypted and deleted with its instance. At most 200 on
   * [Fargate](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html). A whole number of
   * GiB from 20 to 16384. Default: `20`.
   */
  readonly sizeGiB?: number | undefined;
}

/**
 * What the app's container must not do. Only on `container`: on `vm` the machine image's unit decides, and the recipe's
 * own has such settings.
 */
export interface HardeningArgs {
  /**
   * Whether the container's root file system is read-only. `/tmp` is a volume of its own then, which is writable; on
   * AWS for the image's user only if the image declares it as a volume (`VOLUME /tmp`). Default: on for an image that
   * the stack bakes and whose recipe is made for it, off for others.
   */
  readonly readOnlyRoot?: boolean | undefined;
  /**
   * The user that the app runs as, such as "1000", or user and group, such as "1000:1000"; never root. A user's id in
   * quotes such as "1000", perhaps with a group's: "1000:1000". Default: the recipe's, or the image's own.
   */
  readonly user?: string | undefined;
  /**
   * Whether the container has no Linux capabilities. Only on AWS. Default: on for an image that the stack bakes and
   * whose recipe is made for it, off for others.
   */
  readonly dropCapabilities?: boolean | undefined;
}

/** The number of instances. */
export interface InstancesArgs {
  /**
   * The minimum number of instances. With 1, the service is down while its only instance is replaced. Another `min` or
   * `max` applies to a running release with the next update, also where that starts or stops instances, and after the
   * traffic split. Where a schedule has set the bounds since, that schedule's stay until the next one runs. A whole
   * number of instances from 1 to 1000. Default: `2`.
   */
  readonly min?: number | undefined;
  /**
   * The maximum number of instances to which triggers may scale out; not below `min`. A whole number of instances from
   * 1 to 1000. Default: the same as `min`: the number is fixed.
   */
  readonly max?: number | undefined;
  /**
   * The number of instances with which a new release starts at least, before it gets traffic, from `min` to `max`. It
   * starts with as many as the releases that serve have together, if those are more. Where the service has schedules,
   * the bounds of the one whose time has passed last hold for both. A whole number of instances from 1 to 1000.
   * Default: the same as `min`.
   */
  readonly start?: number | undefined;
}

/** The health check of an instance, to the second. */
export interface HealthArgs {
  /**
   * The path that answers with a status from 200 to 299 when the instance can serve. A path of at most 128 characters
   * such as /healthz, with %C3%BC and the like for what is not ASCII. Default: `"/healthz"`.
   */
  readonly path?: string | undefined;
  /**
   * The time between two checks of an instance. At least 5 on
   * [AWS](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html). A whole
   * number of seconds from 1 to 300. Default: `5`.
   */
  readonly interval?: number | undefined;
  /**
   * The time after which a check without a response fails; less than `interval`. At least 2 on
   * [AWS](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html). A whole
   * number of seconds from 1 to 120. Default: `4`.
   */
  readonly timeout?: number | undefined;
  /**
   * The time for which checks must pass before an instance gets traffic: [2 to
   * 10](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html) intervals.
   * A whole number of seconds from 1 to 3000. Default: `10`.
   */
  readonly healthyAfter?: number | undefined;
  /**
   * The time for which checks must fail before an instance gets no more traffic and is replaced: [2 to
   * 10](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html) intervals.
   * A short time replaces instances that are only overloaded, and the others get their load. An app that has ended is
   * restarted or replaced without waiting for it. A whole number of seconds from 1 to 3000. Default: `30`.
   */
  readonly unhealthyAfter?: number | undefined;
  /**
   * The time from launch within which an instance must become healthy; not less than `healthyAfter`. Failed checks do
   * not count before, and the release fails after. On Alibaba Cloud, an instance that is added to a running release
   * gets traffic only after this time, at least 30 seconds: keep it close to what the app needs. A whole number of
   * seconds from 10 to 3600. Default: `180`.
   */
  readonly startWithin?: number | undefined;
}

/** A shared file system, which every instance mounts beside the object storage. */
export interface ShareArgs {
  /**
   * Where the shared file system is mounted. The app receives it as `FILES_PATH`. An absolute path such as /files.
   * Default: `"/files"`.
   */
  readonly path?: string | undefined;
  /**
   * What happens with the shared file system when `files.share` is removed, or the stack is destroyed. With `keep`
   * everything stays in place, and the same stack takes it back when it needs it again; `delete` deletes it with its
   * contents. The value of the last update counts. Default: `"keep"`.
   */
  readonly whenRemoved?: "keep" | "delete" | undefined;
}

/**
 * Object storage for the service, to which the app's role has access. The app receives it as `FILES_BUCKET`,
 * `FILES_REGION` and `FILES_ENDPOINT`.
 */
export interface FilesArgs {
  /**
   * What happens with the object storage when `files` is removed, or the stack is destroyed. With `keep` everything
   * stays in place, and the same stack takes it back when it needs it again; `delete` deletes it with its contents. The
   * value of the last update counts. Default: `"keep"`.
   */
  readonly whenRemoved?: "keep" | "delete" | undefined;
  /**
   * The time for which an overwritten or deleted object can be restored. A whole number of days from 1 to 3650.
   * Default: `30`.
   */
  readonly keepVersions?: number | undefined;
  /** A shared file system, which every instance mounts beside the object storage. Default: none. */
  readonly share?: ShareArgs | undefined;
}

/** The logs in the cloud's log service. */
export interface LogsArgs {
  /**
   * The time for which logs are kept. AWS has only [certain
   * values](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html). A whole
   * number of days from 1 to 3653. Default: `30`.
   */
  readonly retentionDays?: number | undefined;
  /**
   * What happens with the logs when the stack is destroyed. With `keep` everything stays in place, and the same stack
   * takes it back when it needs it again; `delete` deletes it with its contents. The value of the last update counts.
   * Default: `"keep"`.
   */
  readonly whenRemoved?: "keep" | "delete" | undefined;
}

/** A trigger that holds a metric at a target. */
export interface MetricTriggerArgs {
  /** `cpu`, `memory`: the average of all instances in percent. `requests`: the requests per instance and minute. */
  readonly metric: "cpu" | "memory" | "requests";
  /**
   * The value at which the triggers hold the metric: for `cpu` and `memory` 10 to 90, for `requests` 1 to 1000000. A
   * number: 10 to 90 percent for cpu and memory, or requests per instance and minute.
   */
  readonly target: number;
}

/** A trigger that sets the bounds of the group at a time. */
export interface ScheduleTriggerArgs {
  /**
   * When the new bounds apply from, until another schedule runs or this one is removed. No update takes them back, and
   * a new release starts with those of the schedule whose time has passed last. Five cron fields, minute hour
   * day-of-month month day-of-week, such as "0 8 * * MON-FRI".
   */
  readonly schedule: string;
  /**
   * The time zone of the schedule. Alibaba Cloud's schedules run in UTC: where the clocks of the zone change, the next
   * update moves them, and the plan says until when they are right. The IANA name of a time zone such as Asia/Shanghai.
   * Default: `"UTC"`.
   */
  readonly timezone?: string | undefined;
  /** The minimum number of instances from then on. A whole number of instances from 0 to 1000. */
  readonly min: number;
  /** The maximum number of instances from then on; not below `min`. A whole number of instances from 1 to 1000. */
  readonly max: number;
}

/** A network that the stack creates. */
export interface NewNetworkArgs {
  /**
   * The address range of the network, from a /16 to a /20. An IPv4 range such as 10.0.0.0/16. Default: `"10.0.0.0/16"`.
   */
  readonly cidr?: string | undefined;
  /** The zones of the network: how many, or which. Default: `2`. */
  readonly zones?: number | readonly string[] | undefined;
  /**
   * How instances reach other networks: `nat-per-zone` (a NAT gateway in each zone, survives the loss of a zone), `nat`
   * (one NAT gateway for all zones, costs less), or `endpoints` (no internet access, only the cloud's own services).
   * Default: `"nat-per-zone"`.
   */
  readonly egress?: "nat-per-zone" | "nat" | "endpoints" | undefined;
}

/** An existing network. */
export interface ExistingNetworkArgs {
  /** The id of the network. A network's id. */
  readonly vpcId: pulumi.Input<string>;
  /**
   * The subnets for the instances, each in another zone, from which they reach the image's registry and the cloud's
   * services. On AWS, the load balancer must have a subnet in each of these zones. A list of 2 to 6 subnet ids.
   */
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  /**
   * The subnets for a public load balancer, each in another zone. A list of 2 to 6 subnet ids. Default: none, for an
   * internal load balancer.
   */
  readonly publicSubnetIds?: readonly pulumi.Input<string>[] | undefined;
  /**
   * Security groups of this network that the instances have beside the service's own, such as one that a database
   * admits. Whatever their rules admit reaches the instances. On Alibaba Cloud basic security groups, on `vm` only. A
   * list of 1 to 4 security group ids. Default: none.
   */
  readonly securityGroupIds?: readonly pulumi.Input<string>[] | undefined;
}

/** The load balancer, at the service's address. */
export interface LoadBalancerArgs {
  /** Whether the load balancer is in the private subnets, and only the network can reach it. Default: `false`. */
  readonly internal?: boolean | undefined;
  /** The IPv4 ranges that can reach the load balancer. A list of 1 to 50 IPv4 ranges. Default: `["0.0.0.0/0"]`. */
  readonly allowFrom?: readonly string[] | undefined;
  /**
   * The time that an instance has to finish its requests before it is stopped. A whole number of seconds from 0 to 900.
   * Default: `30`.
   */
  readonly drain?: number | undefined;
  /**
   * The time after which the load balancer closes an idle connection. The app receives 15 seconds more as
   * `KEEP_ALIVE_SECONDS`. The limits are
   * [AWS's](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html). A
   * whole number of seconds from 1 to 4000. Default: `60`.
   */
  readonly idleTimeout?: number | undefined;
}

/** HTTPS on port 443, with a redirect from HTTP. */
export interface TlsArgs {
  /**
   * The certificate in the cloud's certificate service: on AWS an ACM ARN, on Alibaba Cloud the id and region, such as
   * `12345678-cn-hangzhou`.
   */
  readonly certificate: PerCloud<pulumi.Input<string>>;
}

/** The check that a release must pass before it gets traffic. */
export interface GateArgs {
  /**
   * Where the gate sends its requests from: `here` (where Pulumi runs, which must reach the load balancer), or `none`
   * (no gate: only the load balancer's health check decides). Default: `"here"`.
   */
  readonly from?: "here" | "none" | undefined;
  /**
   * How many consecutive responses from 200 to 299 a release must give, at one request a second. A whole number of
   * responses from 1 to 100. Default: `3`.
   */
  readonly answers?: number | undefined;
  /**
   * The time within which it must give them; more than `answers`. A whole number of seconds from 5 to 3600. Default:
   * `60`.
   */
  readonly within?: number | undefined;
  /**
   * Another address of the load balancer, such as a tunnel's. A URL such as https://books.example.com. Default: the
   * load balancer's own address.
   */
  readonly url?: string | undefined;
}

/**
 * What takes the traffic back beside an unhealthy instance: the load balancer's metrics of the release, in periods of a
 * minute, each with at least 20 requests to it, and alarms. With metrics, `pause` and `bake` are at least 60 seconds; a
 * step without such a period is lengthened once.
 */
export interface RolloutWatchArgs {
  /**
   * The share of the release's requests that may fail, by the app's status from 500 on or a failed connection; and the
   * difference by which it may be above the share of the releases before it. 100 watches none. A number of percent from
   * 0.1 to 100. Default: `1`.
   */
  readonly errors?: number | undefined;
  /**
   * The average time that the release's responses may take, in two periods of a minute in a row. A whole number of
   * milliseconds from 1 to 600000. Default: not watched.
   */
  readonly latency?: number | undefined;
  /**
   * The names of alarms in the region, of CloudWatch or CloudMonitor. One that fires when the rollout begins is not
   * watched until it has been well. A list of at most 20 alarms. Default: none.
   */
  readonly alarms?: readonly string[] | undefined;
}

/**
 * Moves the traffic to a new release in steps, and takes it back where one of the release's instances becomes
 * unhealthy: then the update fails, and the releases before it serve again. The first release has no steps, and neither
 * has one that has had traffic before.
 */
export interface RolloutArgs {
  /**
   * Percentages of a new release's weight, in rising order, that it has before all of it. A list of 1 to 10
   * percentages. Default: `[5,50]`.
   */
  readonly steps?: readonly number[] | undefined;
  /**
   * The time for which the release is watched after each step: at least 20 seconds, in which the load balancer gets the
   * split, and `health.unhealthyAfter`. A whole number of seconds from 5 to 86400. Default: `180`.
   */
  readonly pause?: number | undefined;
  /**
   * The time for which the release is watched once it has its whole weight, with the same least time; 0 for none. The
   * releases before it are deleted after that. A whole number of seconds from 0 to 86400. Default: `180`.
   */
  readonly bake?: number | undefined;
  /**
   * What takes the traffic back beside an unhealthy instance: the load balancer's metrics of the release, in periods of
   * a minute, each with at least 20 requests to it, and alarms. With metrics, `pause` and `bake` are at least 60
   * seconds; a step without such a period is lengthened once.
   */
  readonly watch?: RolloutWatchArgs | undefined;
}

/** What becomes of the release that served before. */
export interface PreviousArgs {
  /**
   * Whether the release that served before stays, without traffic, until the next release has passed. Its instances are
   * paid for meanwhile. To go back is then a change of the traffic alone: revert the commit and update. Default:
   * `false`.
   */
  readonly keep?: boolean | undefined;
  /**
   * The time for which the release that is kept has as many instances as when it lost its traffic, beyond the longest
   * time of `rollout`. After that the group itself lowers its minimum to `instances.min`, and the triggers may remove
   * instances; going back lets the group grow first. A whole number of seconds from 60 to 604800. Default: 3600.
   */
  readonly holdFor?: number | undefined;
}

/** A time in which no new release may get traffic. */
export interface PeriodFreezeArgs {
  /**
   * When the freeze begins; a date at the beginning of that day. A time with an offset such as 2026-12-24T18:00+01:00,
   * or a date such as 2026-12-24.
   */
  readonly from: string;
  /**
   * When it ends; a date at the end of that day. A freeze that has ended may stay in the stack file. A time with an
   * offset such as 2026-12-24T18:00+01:00, or a date such as 2026-12-24.
   */
  readonly to: string;
  /**
   * The time zone of the freeze's dates or schedule, in which the error and the plan say when it ends. The IANA name of
   * a time zone such as Europe/Berlin. Default: `"UTC"`.
   */
  readonly timezone?: string | undefined;
  /** Why no release is to be brought. The error says it. A text of at most 200 characters in one line. */
  readonly reason: string;
}

/** Times in which no new release may get traffic, by a schedule. */
export interface ScheduleFreezeArgs {
  /** When each freeze begins. Five cron fields, minute hour day-of-month month day-of-week, such as "0 16 * * FRI". */
  readonly schedule: string;
  /** How long each freeze is in force, also where the clocks change meanwhile. A number of hours from 0.1 to 168. */
  readonly hours: number;
  /**
   * The time zone of the freeze's dates or schedule, in which the error and the plan say when it ends. The IANA name of
   * a time zone such as Europe/Berlin. Default: `"UTC"`.
   */
  readonly timezone?: string | undefined;
  /** Why no release is to be brought. The error says it. A text of at most 200 characters in one line. */
  readonly reason: string;
}

/** Lets one version pass the freezes. Remove it afterwards: with the next version it is an error. */
export interface FreezeOverrideArgs {
  /**
   * The version that may pass a freeze: the service's own, or that of one of `releases`. The version that may pass: the
   * service's, or that of one of `releases`.
   */
  readonly version: string;
  /**
   * Why it may. The ledger of releases keeps it where a freeze was in force. A text of at most 200 characters in one
   * line.
   */
  readonly reason: string;
}

/** Settings that AWS alone has; ignored on other clouds. */
export interface AwsArgs {
  /**
   * On `vm`: the root device of the machine image, `/dev/xvda` on Amazon Linux and Debian, `/dev/sda1` on Ubuntu and
   * Red Hat. With a wrong name, an instance gets a second disk, and its root disk has the image's size. A device such
   * as /dev/xvda. Default: `"/dev/xvda"`.
   */
  readonly rootDevice?: string | undefined;
}

/** A further release, which stays live beside the service's own. */
export interface ReleaseArgs {
  /**
   * The version of the release, in quotes where YAML would read a number, such as "1.10". A version such as "1.4.2": at
   * most 24 letters, digits, dots and dashes.
   */
  readonly version: string;
  /** `renewedAt` of this release, given as a whole. Default: none. */
  readonly renewedAt?: string | undefined;
  /**
   * The image of an instance: on `container`, a reference by digest (`registry/name@sha256:…`), never a tag, which can
   * move; on `vm`, a machine image's id.
   */
  readonly image: PerCloud;
  /** `architecture` of this release, given as a whole. Default: the service's. */
  readonly architecture?: "x86_64" | "arm64" | undefined;
  /** `port` of this release, given as a whole. Default: the service's. */
  readonly port?: number | undefined;
  /** `size` of this release, given as a whole. Default: the service's. */
  readonly size?: SizeArgs | undefined;
  /** `disk` of this release, given as a whole. Default: the service's. */
  readonly disk?: DiskArgs | undefined;
  /** `command` of this release, given as a whole. Default: the service's. */
  readonly command?: readonly string[] | undefined;
  /** `environment` of this release, given as a whole. Default: the service's. */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** `secrets` of this release, given as a whole. Default: the service's. */
  readonly secrets?: Readonly<Record<string, PerCloud<pulumi.Input<string>>>> | undefined;
  /** `hardening` of this release, given as a whole. Default: the service's. */
  readonly hardening?: HardeningArgs | undefined;
  /** `aws` of this release, given as a whole. Default: the service's. */
  readonly aws?: AwsArgs | undefined;
  /** `health` of this release, given as a whole. Default: the service's. */
  readonly health?: HealthArgs | undefined;
  /**
   * The share of requests that the release gets; 0 keeps it ready. All weights together are at most 100. A whole number
   * of percent from 0 to 100.
   */
  readonly weight: number;
  /** `instances` of this release, given as a whole. Default: the service's. */
  readonly instances?: InstancesArgs | undefined;
}

/** A statement of what the app may do in the cloud. */
export interface PermissionArgs {
  /**
   * What the app may do, as the cloud's policies name it, such as `sqs:SendMessage` or `oss:GetObject`; `*` and `?` in
   * the part after the colon stand for other characters. Writing to IAM or RAM is refused. A list of 1 to 50 actions.
   */
  readonly actions: readonly string[];
  /**
   * The ARNs of what it may do it with, on Alibaba Cloud such as `acs:mns:*:*:/queues/orders/*`. `*` is refused for all
   * actions of a service. A list of 1 to 50 resources' ARNs.
   */
  readonly resources: readonly pulumi.Input<string>[];
  /** When it may, as in the cloud's policies: operators, keys and values. Default: none. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> | undefined;
}

/** Settings that Alibaba Cloud alone has; ignored on other clouds. */
export interface AlicloudArgs {
  /**
   * On `container`: the Container Registry Enterprise Edition instance from which instances pull. It is closed to every
   * network by default. The stack links a new network to it, so that its `-registry-vpc` address answers there; an
   * existing network you link yourself. An image at an address that is not Alibaba Cloud's is taken to be at a custom
   * domain of this instance. With `image.build`, the stack also creates `image.build.repository` in its existing
   * namespace, with immutable tags and the retention rule. The id of a Container Registry Enterprise Edition instance
   * such as cri-0123456789abcdef. Default: the registry admits your network already, or is none of this kind.
   */
  readonly registry?: string | undefined;
  /**
   * On `container`: the image that fetches `secrets` before the app starts, by its digest. You bake it once, from
   * images/container/secrets. The app finds each secret in a file, whose path is in `NAME_FILE`; the entrypoint of the
   * recipe's images puts it into the variable `NAME`. An image by its digest (registry/name@sha256:…). Default: no
   * container has `secrets`.
   */
  readonly secretsImage?: string | undefined;
}

/** A service: `immutable-service:service` of a stack file. */
export interface ServiceArgs {
  /**
   * The name of the service, part of every resource's name. Changing it creates another service. A name of 2 to 24
   * lowercase letters, digits and dashes, which begins with a letter and does not end with a dash.
   */
  readonly name: string;
  /** What an instance is: a container or a virtual machine. */
  readonly compute: "container" | "vm";
  /**
   * The version of the release, in quotes where YAML would read a number, such as "1.10". A version such as "1.4.2": at
   * most 24 letters, digits, dots and dashes.
   */
  readonly version: string;
  /**
   * Another time makes a new release of the same version, whose instances read their secrets anew. `npm run release --
   * renew` sets it to the time at which it runs. A release of `releases` does not inherit it. A time with an offset
   * such as 2026-12-24T18:00Z. Default: none.
   */
  readonly renewedAt?: string | undefined;
  /**
   * The image of an instance: on `container`, a reference by digest (`registry/name@sha256:…`), never a tag, which can
   * move; on `vm`, a machine image's id. Or `{ build: … }`, which bakes it in the stack.
   */
  readonly image: PerCloud | BakedImageArgs;
  /** The processor architecture of the image. Default: `"x86_64"`. */
  readonly architecture?: "x86_64" | "arm64" | undefined;
  /**
   * The TCP port on which the app listens for HTTP. The app receives it as `PORT`. An integer from 1 to 65535. Default:
   * `8080`.
   */
  readonly port?: number | undefined;
  /** The size of one instance. */
  readonly size?: SizeArgs | undefined;
  /** The disk of one instance. */
  readonly disk?: DiskArgs | undefined;
  /**
   * The command and its arguments, which replace the image's own (`CMD`); its `ENTRYPOINT` stays. Only on `container`.
   * A list of 1 to 100 strings. Default: the image's own.
   */
  readonly command?: readonly string[] | undefined;
  /**
   * Environment variables of the app. The names `PORT`, `KEEP_ALIVE_SECONDS`, `SERVICE_*`, `FILES_*` and `LOGS_*` are
   * reserved. A value that YAML does not read as a string, such as a number or a date, needs quotes; one that looks
   * like a credential gets a warning. A program may give outputs as values. Default: none.
   */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /**
   * Environment variables whose values an instance reads from the cloud's secret store when it starts, by reference: on
   * AWS the ARN of a Secrets Manager secret or an SSM parameter, on Alibaba Cloud `acs:kms:REGION:ACCOUNT:secret/NAME`.
   * Each may be given per cloud. Pulumi never reads the value. Default: none.
   */
  readonly secrets?: Readonly<Record<string, PerCloud<pulumi.Input<string>>>> | undefined;
  /**
   * What the app's container must not do. Only on `container`: on `vm` the machine image's unit decides, and the
   * recipe's own has such settings.
   */
  readonly hardening?: HardeningArgs | undefined;
  /** The number of instances. */
  readonly instances?: InstancesArgs | undefined;
  /** The health check of an instance, to the second. */
  readonly health?: HealthArgs | undefined;
  /**
   * Object storage for the service, to which the app's role has access. The app receives it as `FILES_BUCKET`,
   * `FILES_REGION` and `FILES_ENDPOINT`. Default: none.
   */
  readonly files?: FilesArgs | undefined;
  /** The logs in the cloud's log service. */
  readonly logs?: LogsArgs | undefined;
  /**
   * The triggers, which change the number of instances between `instances.min` and `instances.max`. A list of at most
   * 20 triggers. Default: none.
   */
  readonly scaling?: readonly (MetricTriggerArgs | ScheduleTriggerArgs)[] | undefined;
  /**
   * The network: a new one (`{ cidr, zones, egress }`, the default) or an existing one (`{ vpcId, privateSubnetIds,
   * publicSubnetIds, securityGroupIds }`).
   */
  readonly network?: PerCloud<NewNetworkArgs | ExistingNetworkArgs> | undefined;
  /** The load balancer, at the service's address. */
  readonly loadBalancer?: LoadBalancerArgs | undefined;
  /** HTTPS on port 443, with a redirect from HTTP. Default: HTTP on port 80 only. */
  readonly tls?: TlsArgs | undefined;
  /** The check that a release must pass before it gets traffic. */
  readonly gate?: GateArgs | undefined;
  /**
   * Moves the traffic to a new release in steps, and takes it back where one of the release's instances becomes
   * unhealthy: then the update fails, and the releases before it serve again. The first release has no steps, and
   * neither has one that has had traffic before. Default: all at once, and unwatched.
   */
  readonly rollout?: RolloutArgs | undefined;
  /** What becomes of the release that served before. Default: it is deleted once its traffic has moved. */
  readonly previous?: PreviousArgs | undefined;
  /**
   * Times in which `pulumi up` and `pulumi preview` refuse to bring a release that has never had traffic, a stack's
   * first one too. Going back to a release of the ledger, and every change without a new release, is always allowed. A
   * list of at most 20 freezes. Default: none.
   */
  readonly freeze?: readonly (PeriodFreezeArgs | ScheduleFreezeArgs)[] | undefined;
  /** Lets one version pass the freezes. Remove it afterwards: with the next version it is an error. Default: none. */
  readonly freezeOverride?: FreezeOverrideArgs | undefined;
  /**
   * Further releases that stay live beside the service's own: a canary, or the previous release, to revert to in
   * seconds. A field that is left out has the service's value. A list of at most 4 releases. Default: none.
   */
  readonly releases?: readonly ReleaseArgs[] | undefined;
  /**
   * What the app may do in the cloud, beside access to its own files, logs and secrets. A statement is in force before
   * the first instance of a new release starts, and a removed one until the last instance of the old release has ended.
   * Default: none.
   */
  readonly permissions?: PerCloud<readonly PermissionArgs[]> | undefined;
  /**
   * Policies that are attached to the app's role, beside access to its own files, logs and secrets: on AWS the ARNs of
   * IAM policies; on Alibaba Cloud ARNs such as `acs:ram:*:system:policy/AliyunOTSReadOnlyAccess`, or the names of the
   * account's own policies. Default: none.
   */
  readonly policyArns?: PerCloud<readonly pulumi.Input<string>[]> | undefined;
  /** Settings that AWS alone has; ignored on other clouds. */
  readonly aws?: AwsArgs | undefined;
  /** Settings that Alibaba Cloud alone has; ignored on other clouds. */
  readonly alicloud?: AlicloudArgs | undefined;
  /**
   * Tags of every resource that supports them, at most 12. Names have at most 64 characters and values at most
   * [128](https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-tagresources); both
   * have only letters, digits, spaces and `_.:/=+-@`
   * ([IAM](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html)). A name does not begin with
   * `immutable-service`, in any case: such tags mark what a stack owns and keeps. Default: none.
   */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Bakes the image in the stack, from the recipe in a folder. */
export interface BuildConfig {
  /**
   * The image to start from: on `container`, a Debian image by digest (`name@sha256:…`); on `vm`, the id of a Debian
   * machine image with cloud-init.
   */
  readonly from: string;
  /**
   * The application's file (in the example a WAR), which you build before, relative to the project's folder. The path
   * of the application's file, such as images/app/target/bookstore.war.
   */
  readonly artifact: string;
  /** The folder of the recipe, relative to the project's folder. A folder such as images. Default: `"images"`. */
  readonly folder: string;
  /**
   * Docker's build arguments on `container`, Ansible's variables on `vm`; images/README.md lists them. Default: none.
   */
  readonly arguments: Readonly<Record<string, string>>;
  /**
   * The repository to which the image is pushed. Only on `container`. Required on Alibaba Cloud: a repository of a
   * Container Registry Enterprise Edition instance. Default: on AWS, a repository in ECR that the stack creates.
   */
  readonly repository?: string | undefined;
  /**
   * The source revision of the artifact: a label of the image, not part of its recipe. A revision of at most 64
   * letters, digits, dots, dashes and underscores, such as a commit's hash. Default: none.
   */
  readonly revision?: string | undefined;
  /**
   * The URL of the sources: a label of the image, not part of its recipe. A URL such as
   * https://git.example.com/bookstore. Default: none.
   */
  readonly source?: string | undefined;
  /**
   * Other AWS accounts that may pull the image from the repository that the stack creates, for stacks there that name
   * it. Only containers on AWS: machine images are encrypted with a key that no other account can use, and Container
   * Registry grants access to users and roles of its own account only. A list of 1 to 50 account ids. Default: no other
   * account.
   */
  readonly pullableBy?: readonly string[] | undefined;
  /**
   * Days for which an image stays after a release of a stack named it for the last time. After each release, the
   * service's older images are deleted, and never one with a tag `live-…`, which each stack sets on the images of its
   * releases. Only images that this program has baked count. A whole number of days from 1 to 3650. Default: no image
   * is deleted.
   */
  readonly keep?: number | undefined;
}

/** An image that the stack bakes. */
export interface BakedImageConfig {
  /** Bakes the image in the stack, from the recipe in a folder. */
  readonly build: BuildConfig;
}

/** The size of one instance. */
export interface SizeConfig {
  /**
   * The vCPUs of one instance. On `container`, CPU and memory must be a size that the cloud offers
   * ([Fargate's](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html)); on `vm`, the
   * cheapest instance type of this size is used. A number of vCPUs from 0.25 to 192. Default: `0.5`.
   */
  readonly cpu: number;
  /** The memory of one instance. A number of GiB from 0.5 to 1536. Default: `1`. */
  readonly memoryGiB: number;
}

/** The disk of one instance. */
export interface DiskConfig {
  /**
   * The size of the disk, which is encrypted and deleted with its instance. At most 200 on
   * [Fargate](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html). A whole number of
   * GiB from 20 to 16384. Default: `20`.
   */
  readonly sizeGiB: number;
}

/** The number of instances. */
export interface InstancesConfig {
  /**
   * The minimum number of instances. With 1, the service is down while its only instance is replaced. Another `min` or
   * `max` applies to a running release with the next update, also where that starts or stops instances, and after the
   * traffic split. Where a schedule has set the bounds since, that schedule's stay until the next one runs. A whole
   * number of instances from 1 to 1000. Default: `2`.
   */
  readonly min: number;
  /**
   * The maximum number of instances to which triggers may scale out; not below `min`. A whole number of instances from
   * 1 to 1000. Default: the same as `min`: the number is fixed.
   */
  readonly max?: number | undefined;
  /**
   * The number of instances with which a new release starts at least, before it gets traffic, from `min` to `max`. It
   * starts with as many as the releases that serve have together, if those are more. Where the service has schedules,
   * the bounds of the one whose time has passed last hold for both. A whole number of instances from 1 to 1000.
   * Default: the same as `min`.
   */
  readonly start?: number | undefined;
}

/** The health check of an instance, to the second. */
export interface HealthConfig {
  /**
   * The path that answers with a status from 200 to 299 when the instance can serve. A path of at most 128 characters
   * such as /healthz, with %C3%BC and the like for what is not ASCII. Default: `"/healthz"`.
   */
  readonly path: string;
  /**
   * The time between two checks of an instance. At least 5 on
   * [AWS](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html). A whole
   * number of seconds from 1 to 300. Default: `5`.
   */
  readonly interval: number;
  /**
   * The time after which a check without a response fails; less than `interval`. At least 2 on
   * [AWS](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html). A whole
   * number of seconds from 1 to 120. Default: `4`.
   */
  readonly timeout: number;
  /**
   * The time for which checks must pass before an instance gets traffic: [2 to
   * 10](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html) intervals.
   * A whole number of seconds from 1 to 3000. Default: `10`.
   */
  readonly healthyAfter: number;
  /**
   * The time for which checks must fail before an instance gets no more traffic and is replaced: [2 to
   * 10](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html) intervals.
   * A short time replaces instances that are only overloaded, and the others get their load. An app that has ended is
   * restarted or replaced without waiting for it. A whole number of seconds from 1 to 3000. Default: `30`.
   */
  readonly unhealthyAfter: number;
  /**
   * The time from launch within which an instance must become healthy; not less than `healthyAfter`. Failed checks do
   * not count before, and the release fails after. On Alibaba Cloud, an instance that is added to a running release
   * gets traffic only after this time, at least 30 seconds: keep it close to what the app needs. A whole number of
   * seconds from 10 to 3600. Default: `180`.
   */
  readonly startWithin: number;
}

/** A shared file system, which every instance mounts beside the object storage. */
export interface ShareConfig {
  /**
   * Where the shared file system is mounted. The app receives it as `FILES_PATH`. An absolute path such as /files.
   * Default: `"/files"`.
   */
  readonly path: string;
  /**
   * What happens with the shared file system when `files.share` is removed, or the stack is destroyed. With `keep`
   * everything stays in place, and the same stack takes it back when it needs it again; `delete` deletes it with its
   * contents. The value of the last update counts. Default: `"keep"`.
   */
  readonly whenRemoved: "keep" | "delete";
}

/**
 * Object storage for the service, to which the app's role has access. The app receives it as `FILES_BUCKET`,
 * `FILES_REGION` and `FILES_ENDPOINT`.
 */
export interface FilesConfig {
  /**
   * What happens with the object storage when `files` is removed, or the stack is destroyed. With `keep` everything
   * stays in place, and the same stack takes it back when it needs it again; `delete` deletes it with its contents. The
   * value of the last update counts. Default: `"keep"`.
   */
  readonly whenRemoved: "keep" | "delete";
  /**
   * The time for which an overwritten or deleted object can be restored. A whole number of days from 1 to 3650.
   * Default: `30`.
   */
  readonly keepVersions: number;
  /** A shared file system, which every instance mounts beside the object storage. Default: none. */
  readonly share?: ShareConfig | undefined;
}

/** The logs in the cloud's log service. */
export interface LogsConfig {
  /**
   * The time for which logs are kept. AWS has only [certain
   * values](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html). A whole
   * number of days from 1 to 3653. Default: `30`.
   */
  readonly retentionDays: number;
  /**
   * What happens with the logs when the stack is destroyed. With `keep` everything stays in place, and the same stack
   * takes it back when it needs it again; `delete` deletes it with its contents. The value of the last update counts.
   * Default: `"keep"`.
   */
  readonly whenRemoved: "keep" | "delete";
}

/** A trigger that holds a metric at a target. */
export interface MetricTriggerConfig {
  /** Which of the shapes it has; set when it is parsed. */
  readonly kind: "metric";
  /** `cpu`, `memory`: the average of all instances in percent. `requests`: the requests per instance and minute. */
  readonly metric: "cpu" | "memory" | "requests";
  /**
   * The value at which the triggers hold the metric: for `cpu` and `memory` 10 to 90, for `requests` 1 to 1000000. A
   * number: 10 to 90 percent for cpu and memory, or requests per instance and minute.
   */
  readonly target: number;
}

/** A trigger that sets the bounds of the group at a time. */
export interface ScheduleTriggerConfig {
  /** Which of the shapes it has; set when it is parsed. */
  readonly kind: "schedule";
  /**
   * When the new bounds apply from, until another schedule runs or this one is removed. No update takes them back, and
   * a new release starts with those of the schedule whose time has passed last. Five cron fields, minute hour
   * day-of-month month day-of-week, such as "0 8 * * MON-FRI".
   */
  readonly schedule: string;
  /**
   * The time zone of the schedule. Alibaba Cloud's schedules run in UTC: where the clocks of the zone change, the next
   * update moves them, and the plan says until when they are right. The IANA name of a time zone such as Asia/Shanghai.
   * Default: `"UTC"`.
   */
  readonly timezone: string;
  /** The minimum number of instances from then on. A whole number of instances from 0 to 1000. */
  readonly min: number;
  /** The maximum number of instances from then on; not below `min`. A whole number of instances from 1 to 1000. */
  readonly max: number;
}

/** A network that the stack creates. */
export interface NewNetworkConfig {
  /**
   * The address range of the network, from a /16 to a /20. An IPv4 range such as 10.0.0.0/16. Default: `"10.0.0.0/16"`.
   */
  readonly cidr: string;
  /** The zones of the network: how many, or which. Default: `2`. */
  readonly zones: number | readonly string[];
  /**
   * How instances reach other networks: `nat-per-zone` (a NAT gateway in each zone, survives the loss of a zone), `nat`
   * (one NAT gateway for all zones, costs less), or `endpoints` (no internet access, only the cloud's own services).
   * Default: `"nat-per-zone"`.
   */
  readonly egress: "nat-per-zone" | "nat" | "endpoints";
}

/** The load balancer, at the service's address. */
export interface LoadBalancerConfig {
  /** Whether the load balancer is in the private subnets, and only the network can reach it. Default: `false`. */
  readonly internal: boolean;
  /** The IPv4 ranges that can reach the load balancer. A list of 1 to 50 IPv4 ranges. Default: `["0.0.0.0/0"]`. */
  readonly allowFrom: readonly string[];
  /**
   * The time that an instance has to finish its requests before it is stopped. A whole number of seconds from 0 to 900.
   * Default: `30`.
   */
  readonly drain: number;
  /**
   * The time after which the load balancer closes an idle connection. The app receives 15 seconds more as
   * `KEEP_ALIVE_SECONDS`. The limits are
   * [AWS's](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html). A
   * whole number of seconds from 1 to 4000. Default: `60`.
   */
  readonly idleTimeout: number;
}

/** HTTPS on port 443, with a redirect from HTTP. */
export interface TlsConfig {
  /**
   * The certificate in the cloud's certificate service: on AWS an ACM ARN, on Alibaba Cloud the id and region, such as
   * `12345678-cn-hangzhou`.
   */
  readonly certificate: pulumi.Input<string>;
}

/** The check that a release must pass before it gets traffic. */
export interface GateConfig {
  /**
   * Where the gate sends its requests from: `here` (where Pulumi runs, which must reach the load balancer), or `none`
   * (no gate: only the load balancer's health check decides). Default: `"here"`.
   */
  readonly from: "here" | "none";
  /**
   * How many consecutive responses from 200 to 299 a release must give, at one request a second. A whole number of
   * responses from 1 to 100. Default: `3`.
   */
  readonly answers: number;
  /**
   * The time within which it must give them; more than `answers`. A whole number of seconds from 5 to 3600. Default:
   * `60`.
   */
  readonly within: number;
  /**
   * Another address of the load balancer, such as a tunnel's. A URL such as https://books.example.com. Default: the
   * load balancer's own address.
   */
  readonly url?: string | undefined;
}

/**
 * What takes the traffic back beside an unhealthy instance: the load balancer's metrics of the release, in periods of a
 * minute, each with at least 20 requests to it, and alarms. With metrics, `pause` and `bake` are at least 60 seconds; a
 * step without such a period is lengthened once.
 */
export interface RolloutWatchConfig {
  /**
   * The share of the release's requests that may fail, by the app's status from 500 on or a failed connection; and the
   * difference by which it may be above the share of the releases before it. 100 watches none. A number of percent from
   * 0.1 to 100. Default: `1`.
   */
  readonly errors: number;
  /**
   * The average time that the release's responses may take, in two periods of a minute in a row. A whole number of
   * milliseconds from 1 to 600000. Default: not watched.
   */
  readonly latency?: number | undefined;
  /**
   * The names of alarms in the region, of CloudWatch or CloudMonitor. One that fires when the rollout begins is not
   * watched until it has been well. A list of at most 20 alarms. Default: none.
   */
  readonly alarms: readonly string[];
}

/**
 * Moves the traffic to a new release in steps, and takes it back where one of the release's instances becomes
 * unhealthy: then the update fails, and the releases before it serve again. The first release has no steps, and neither
 * has one that has had traffic before.
 */
export interface RolloutConfig {
  /**
   * Percentages of a new release's weight, in rising order, that it has before all of it. A list of 1 to 10
   * percentages. Default: `[5,50]`.
   */
  readonly steps: readonly number[];
  /**
   * The time for which the release is watched after each step: at least 20 seconds, in which the load balancer gets the
   * split, and `health.unhealthyAfter`. A whole number of seconds from 5 to 86400. Default: `180`.
   */
  readonly pause: number;
  /**
   * The time for which the release is watched once it has its whole weight, with the same least time; 0 for none. The
   * releases before it are deleted after that. A whole number of seconds from 0 to 86400. Default: `180`.
   */
  readonly bake: number;
  /**
   * What takes the traffic back beside an unhealthy instance: the load balancer's metrics of the release, in periods of
   * a minute, each with at least 20 requests to it, and alarms. With metrics, `pause` and `bake` are at least 60
   * seconds; a step without such a period is lengthened once.
   */
  readonly watch: RolloutWatchConfig;
}

/** What becomes of the release that served before. */
export interface PreviousConfig {
  /**
   * Whether the release that served before stays, without traffic, until the next release has passed. Its instances are
   * paid for meanwhile. To go back is then a change of the traffic alone: revert the commit and update. Default:
   * `false`.
   */
  readonly keep: boolean;
  /**
   * The time for which the release that is kept has as many instances as when it lost its traffic, beyond the longest
   * time of `rollout`. After that the group itself lowers its minimum to `instances.min`, and the triggers may remove
   * instances; going back lets the group grow first. A whole number of seconds from 60 to 604800. Default: 3600.
   */
  readonly holdFor?: number | undefined;
}

/** A time in which no new release may get traffic. */
export interface PeriodFreezeConfig {
  /** Which of the shapes it has; set when it is parsed. */
  readonly kind: "period";
  /**
   * When the freeze begins; a date at the beginning of that day. A time with an offset such as 2026-12-24T18:00+01:00,
   * or a date such as 2026-12-24.
   */
  readonly from: string;
  /**
   * When it ends; a date at the end of that day. A freeze that has ended may stay in the stack file. A time with an
   * offset such as 2026-12-24T18:00+01:00, or a date such as 2026-12-24.
   */
  readonly to: string;
  /**
   * The time zone of the freeze's dates or schedule, in which the error and the plan say when it ends. The IANA name of
   * a time zone such as Europe/Berlin. Default: `"UTC"`.
   */
  readonly timezone: string;
  /** Why no release is to be brought. The error says it. A text of at most 200 characters in one line. */
  readonly reason: string;
}

/** Times in which no new release may get traffic, by a schedule. */
export interface ScheduleFreezeConfig {
  /** Which of the shapes it has; set when it is parsed. */
  readonly kind: "schedule";
  /** When each freeze begins. Five cron fields, minute hour day-of-month month day-of-week, such as "0 16 * * FRI". */
  readonly schedule: string;
  /** How long each freeze is in force, also where the clocks change meanwhile. A number of hours from 0.1 to 168. */
  readonly hours: number;
  /**
   * The time zone of the freeze's dates or schedule, in which the error and the plan say when it ends. The IANA name of
   * a time zone such as Europe/Berlin. Default: `"UTC"`.
   */
  readonly timezone: string;
  /** Why no release is to be brought. The error says it. A text of at most 200 characters in one line. */
  readonly reason: string;
}

/** Settings that AWS alone has; ignored on other clouds. */
export interface AwsConfig {
  /**
   * On `vm`: the root device of the machine image, `/dev/xvda` on Amazon Linux and Debian, `/dev/sda1` on Ubuntu and
   * Red Hat. With a wrong name, an instance gets a second disk, and its root disk has the image's size. A device such
   * as /dev/xvda. Default: `"/dev/xvda"`.
   */
  readonly rootDevice: string;
}

/** A further release, which stays live beside the service's own. */
export interface ReleaseConfig {
  /**
   * The version of the release, in quotes where YAML would read a number, such as "1.10". A version such as "1.4.2": at
   * most 24 letters, digits, dots and dashes.
   */
  readonly version: string;
  /** `renewedAt` of this release, given as a whole. Default: none. */
  readonly renewedAt?: string | undefined;
  /**
   * The image of an instance: on `container`, a reference by digest (`registry/name@sha256:…`), never a tag, which can
   * move; on `vm`, a machine image's id.
   */
  readonly image: string;
  /** `architecture` of this release, given as a whole. Default: the service's. */
  readonly architecture?: "x86_64" | "arm64" | undefined;
  /** `port` of this release, given as a whole. Default: the service's. */
  readonly port?: number | undefined;
  /** `size` of this release, given as a whole. Default: the service's. */
  readonly size?: SizeConfig | undefined;
  /** `disk` of this release, given as a whole. Default: the service's. */
  readonly disk?: DiskConfig | undefined;
  /** `command` of this release, given as a whole. Default: the service's. */
  readonly command?: readonly string[] | undefined;
  /** `environment` of this release, given as a whole. Default: the service's. */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** `secrets` of this release, given as a whole. Default: the service's. */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** `hardening` of this release, given as a whole. Default: the service's. */
  readonly hardening?: HardeningArgs | undefined;
  /** `aws` of this release, given as a whole. Default: the service's. */
  readonly aws?: AwsConfig | undefined;
  /** `health` of this release, given as a whole. Default: the service's. */
  readonly health?: HealthConfig | undefined;
  /**
   * The share of requests that the release gets; 0 keeps it ready. All weights together are at most 100. A whole number
   * of percent from 0 to 100.
   */
  readonly weight: number;
  /** `instances` of this release, given as a whole. Default: the service's. */
  readonly instances?: InstancesConfig | undefined;
}

/** A service: `immutable-service:service` of a stack file. */
export interface ServiceConfig {
  /**
   * The name of the service, part of every resource's name. Changing it creates another service. A name of 2 to 24
   * lowercase letters, digits and dashes, which begins with a letter and does not end with a dash.
   */
  readonly name: string;
  /** What an instance is: a container or a virtual machine. */
  readonly compute: "container" | "vm";
  /**
   * The version of the release, in quotes where YAML would read a number, such as "1.10". A version such as "1.4.2": at
   * most 24 letters, digits, dots and dashes.
   */
  readonly version: string;
  /**
   * Another time makes a new release of the same version, whose instances read their secrets anew. `npm run release --
   * renew` sets it to the time at which it runs. A release of `releases` does not inherit it. A time with an offset
   * such as 2026-12-24T18:00Z. Default: none.
   */
  readonly renewedAt?: string | undefined;
  /**
   * The image of an instance: on `container`, a reference by digest (`registry/name@sha256:…`), never a tag, which can
   * move; on `vm`, a machine image's id. Or `{ build: … }`, which bakes it in the stack.
   */
  readonly image: string | BakedImageConfig;
  /** The processor architecture of the image. Default: `"x86_64"`. */
  readonly architecture: "x86_64" | "arm64";
  /**
   * The TCP port on which the app listens for HTTP. The app receives it as `PORT`. An integer from 1 to 65535. Default:
   * `8080`.
   */
  readonly port: number;
  /** The size of one instance. */
  readonly size: SizeConfig;
  /** The disk of one instance. */
  readonly disk: DiskConfig;
  /**
   * The command and its arguments, which replace the image's own (`CMD`); its `ENTRYPOINT` stays. Only on `container`.
   * A list of 1 to 100 strings. Default: the image's own.
   */
  readonly command?: readonly string[] | undefined;
  /**
   * Environment variables of the app. The names `PORT`, `KEEP_ALIVE_SECONDS`, `SERVICE_*`, `FILES_*` and `LOGS_*` are
   * reserved. A value that YAML does not read as a string, such as a number or a date, needs quotes; one that looks
   * like a credential gets a warning. A program may give outputs as values. Default: none.
   */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Environment variables whose values an instance reads from the cloud's secret store when it starts, by reference: on
   * AWS the ARN of a Secrets Manager secret or an SSM parameter, on Alibaba Cloud `acs:kms:REGION:ACCOUNT:secret/NAME`.
   * Each may be given per cloud. Pulumi never reads the value. Default: none.
   */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * What the app's container must not do. Only on `container`: on `vm` the machine image's unit decides, and the
   * recipe's own has such settings.
   */
  readonly hardening: HardeningArgs;
  /** The number of instances. */
  readonly instances: InstancesConfig;
  /** The health check of an instance, to the second. */
  readonly health: HealthConfig;
  /**
   * Object storage for the service, to which the app's role has access. The app receives it as `FILES_BUCKET`,
   * `FILES_REGION` and `FILES_ENDPOINT`. Default: none.
   */
  readonly files?: FilesConfig | undefined;
  /** The logs in the cloud's log service. */
  readonly logs: LogsConfig;
  /**
   * The triggers, which change the number of instances between `instances.min` and `instances.max`. A list of at most
   * 20 triggers. Default: none.
   */
  readonly scaling: readonly (MetricTriggerConfig | ScheduleTriggerConfig)[];
  /**
   * The network: a new one (`{ cidr, zones, egress }`, the default) or an existing one (`{ vpcId, privateSubnetIds,
   * publicSubnetIds, securityGroupIds }`).
   */
  readonly network: NewNetworkConfig | ExistingNetworkArgs;
  /** The load balancer, at the service's address. */
  readonly loadBalancer: LoadBalancerConfig;
  /** HTTPS on port 443, with a redirect from HTTP. Default: HTTP on port 80 only. */
  readonly tls?: TlsConfig | undefined;
  /** The check that a release must pass before it gets traffic. */
  readonly gate: GateConfig;
  /**
   * Moves the traffic to a new release in steps, and takes it back where one of the release's instances becomes
   * unhealthy: then the update fails, and the releases before it serve again. The first release has no steps, and
   * neither has one that has had traffic before. Default: all at once, and unwatched.
   */
  readonly rollout?: RolloutConfig | undefined;
  /** What becomes of the release that served before. Default: it is deleted once its traffic has moved. */
  readonly previous?: PreviousConfig | undefined;
  /**
   * Times in which `pulumi up` and `pulumi preview` refuse to bring a release that has never had traffic, a stack's
   * first one too. Going back to a release of the ledger, and every change without a new release, is always allowed. A
   * list of at most 20 freezes. Default: none.
   */
  readonly freeze: readonly (PeriodFreezeConfig | ScheduleFreezeConfig)[];
  /** Lets one version pass the freezes. Remove it afterwards: with the next version it is an error. Default: none. */
  readonly freezeOverride?: FreezeOverrideArgs | undefined;
  /**
   * Further releases that stay live beside the service's own: a canary, or the previous release, to revert to in
   * seconds. A field that is left out has the service's value. A list of at most 4 releases. Default: none.
   */
  readonly releases: readonly ReleaseConfig[];
  /**
   * What the app may do in the cloud, beside access to its own files, logs and secrets. A statement is in force before
   * the first instance of a new release starts, and a removed one until the last instance of the old release has ended.
   * Default: none.
   */
  readonly permissions: readonly PermissionArgs[];
  /**
   * Policies that are attached to the app's role, beside access to its own files, logs and secrets: on AWS the ARNs of
   * IAM policies; on Alibaba Cloud ARNs such as `acs:ram:*:system:policy/AliyunOTSReadOnlyAccess`, or the names of the
   * account's own policies. Default: none.
   */
  readonly policyArns: readonly pulumi.Input<string>[];
  /** Settings that AWS alone has; ignored on other clouds. */
  readonly aws: AwsConfig;
  /** Settings that Alibaba Cloud alone has; ignored on other clouds. */
  readonly alicloud: AlicloudArgs;
  /**
   * Tags of every resource that supports them, at most 12. Names have at most 64 characters and values at most
   * [128](https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-tagresources); both
   * have only letters, digits, spaces and `_.:/=+-@`
   * ([IAM](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html)). A name does not begin with
   * `immutable-service`, in any case: such tags mark what a stack owns and keeps. Default: none.
   */
  readonly tags: Readonly<Record<string, string>>;
}
