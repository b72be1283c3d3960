import * as pulumi from "@pulumi/pulumi";
import type { Cloud, CloudEnvironment, CloudService, LoadBalancerOutputs, Serving } from "./clouds/cloud";
import { mostSeconds } from "./clouds/rollout";
import { componentTypes } from "./component-types";
import { credentialWarnings } from "./credentials";
import { Environment } from "./environment";
import { refuseFrozen } from "./freezes";
import { imageName } from "./id";
import { Image } from "./image";
import { orElse } from "./left-out";
import { type LedgerOutputs, refuseLarge } from "./ledger";
import { previousOf } from "./previous";
import { Release } from "./release";
import { servingReleases } from "./serving-releases";
import type { ServiceSpec } from "./spec";
import { TrafficSplit } from "./traffic-split";
import { intentOf, recordIntent } from "./intent";
import type { Deployed, LastOutputs } from "./last-outputs";
import { deployedBy, refuseChanges, requestedBy } from "./deployed";
import { Registered } from "./unfinished";

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
  /**
   * What the stack knows of itself from before, from `await lastOutputs("…")`. With it, a change that would interrupt
   * the running release is refused before anything is registered, and what an interrupted update left is removed.
   * Default: none, so nothing is refused, and the service logs that.
   */
  readonly last?: LastOutputs | undefined;
}

/** The outputs of a service. */
export interface ServiceOutputs {
  /** The service's address. */
  readonly url: pulumi.Output<string>;
  /**
   * The version of the current release. Like `url`, `release` and `image`, it is what serves, as read from the cloud.
   */
  readonly version: pulumi.Output<string>;
  /** The id of the current release, such as `1-4-2-9f3ab1`. */
  readonly release: pulumi.Output<string>;
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
  /**
   * What follows a release's id and a dash in the header `X-Release`: a request with it is sent to that release, whatever
   * its share of the traffic. A secret, so that only who can read the stack's outputs reaches a release without traffic.
   */
  readonly releaseKey: pulumi.Output<string>;
  /**
   * On Alibaba Cloud, the day until which the schedules run as they are written: an update extends them. Absent without
   * schedules, and on AWS, where they do not end.
   */
  readonly schedulesUntil?: CloudService["schedulesUntil"];
  /** The releases that have had traffic, newest first: when, from which Git revision, and what shapes the two newest. */
  readonly releases: LedgerOutputs;
  /** What the stack's next update has to know: the argument `last` reads it. */
  readonly deployed: pulumi.Output<Deployed | null>;
}

/**
 * An immutable service: N identical instances of one image behind a load balancer, replaced as a whole by the next
 * release. Each release is a resource name, so a new release is created beside the old one, has to pass its gate, gets
 * the traffic, and only then does the engine delete the old one.
 */
export class ImmutableService extends pulumi.ComponentResource {
  /**
   * What the service was created from. The offline plan reads the platform's times and the cloud's notes from it, and whether the
   * service knows its last outputs.
   */
  readonly args: ImmutableServiceArgs;
  /** The outputs, which the component registers too. */
  readonly outputs: ServiceOutputs;

  constructor(
    name: string,
    { cloud, spec: given, environment: existing, last }: ImmutableServiceArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    refuseChanges(cloud, given, last);
    refuseLarge(given);
    const { kept, note: notKept } = previousOf(given, cloud, last);
    const spec = kept === undefined ? given : { ...given, releases: [...given.releases, kept] as const };
    const registered: pulumi.Resource[] = [];
    const before: pulumi.Resource[] = [];
    const note: pulumi.ResourceTransformation = ({ resource }) => {
      registered.push(resource);
      return undefined;
    };
    const intent = intentOf(name, cloud, spec, last);
    const overrides = refuseFrozen(spec, intent, last);
    const known = new Registered(before, intent.unfinished, intent.renewals);
    const transformations = opts.transformations ?? [];
    // The service in its own words is the component's input, so that a preview shows a change in these words too.
    super(
      componentTypes.service,
      name,
      { cloud: cloud.name, region: cloud.region, service: spec },
      { ...opts, transformations: [...transformations, note, known.transformation] },
    );
    this.args = { cloud, spec, last };
    for (const warning of credentialWarnings(spec, cloud.platforms[spec.compute])) void pulumi.log.warn(warning, this);
    if (last === undefined) {
      const idle = [
        ...(spec.rollout === undefined ? [] : ["rollout has no effect"]),
        ...(spec.previous?.keep === true ? ["previous.keep has no effect"] : []),
      ];
      const effects = ["a change that interrupts it is not refused", ...idle].join(", and ");
      void pulumi.log.info(
        `${name} does not know its last outputs, so ${effects}: give last: await lastOutputs("…")`,
        this,
      );
    }
    if (notKept !== undefined) void pulumi.log.warn(notKept, this);
    const begin = (account: pulumi.Resource, mark: pulumi.Output<string>): void => {
      // The intent depends on the check of the account, and everything else on the intent.
      before.push(account);
      const recorded = recordIntent(name, { cloud, spec }, intent, known, mark, this);
      before.splice(0, 1, recorded);
    };
    if (existing !== undefined) begin(existing.account, existing.mark);
    const environment =
      existing ??
      new Environment(
        name,
        { cloud, spec, last, begin },
        { ...inherited(opts), transformations: [...transformations, known.transformation] },
      );
    if (environment.cloud !== cloud)
      throw new pulumi.RunError(`the service ${name} and its environment must be created with the same cloud`);
    const service = environment.createService(name, spec, this);
    const [current, ...others] = spec.releases;
    const image =
      spec.build === undefined
        ? pulumi.output(imageName(current.shape.image))
        : new Image(name, { cloud, spec, build: spec.build }, { parent: this }).reference;
    const shared = { service, serving: servingReleases(intent.splitRules, last), spec, mark: environment.mark };
    const currentRelease = new Release(name, { ...shared, release: current, image }, { parent: this });
    const otherReleases = others.map(
      (release) =>
        new Release(
          name,
          { ...shared, release, image: release.kept?.image ?? imageName(release.shape.image) },
          { parent: this },
        ),
    );
    const all = [currentRelease, ...otherReleases];
    const moving = intent.entering.length === 0 ? 0 : mostSeconds(spec.rollout);
    for (const one of all) one.hold(all, moving);
    const split = new TrafficSplit(
      name,
      {
        service,
        releases: all,
        scaling: spec.scaling,
        rollout: spec.rollout,
        entering: intent.entering,
        overrides,
        requested: requestedBy(cloud, spec, intent, known),
        after: [...environment.registered, ...registered].filter((one) => pulumi.CustomResource.isInstance(one)),
      },
      { parent: this },
    );
    const { serving } = split;
    for (const one of all) one.bound(split.rule);
    const { keep } = spec.build?.target ?? {};
    if (keep !== undefined)
      service.retainImages({ image, keep, releases: spec.releases.map(({ id }) => id) }, [split], this);

    const { loadBalancer, cluster } = environment;
    const { files, logs, links, role, securityGroupId, schedulesUntil } = service;
    const running = orElse<Pick<Serving, "url" | "releases">>(serving, { url: "", releases: [] }).apply(
      ({ url, releases }) => ({
        ...{ url, id: "", version: "", image: "" },
        ...releases[0],
      }),
    );
    this.outputs = {
      url: running.url,
      version: running.version,
      release: running.id,
      image: running.image,
      ...(files === undefined ? {} : { files }),
      logs,
      links,
      roleName: role.name,
      roleArn: role.arn,
      securityGroupId,
      loadBalancer,
      ...(cluster === undefined ? {} : { cluster }),
      targetGroup: currentRelease.targetGroup,
      releaseKey: pulumi.secret(orElse(environment.mark, "")),
      ...(schedulesUntil === undefined ? {} : { schedulesUntil }),
      releases: split.ledger,
      deployed: deployedBy(serving),
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
