import * as pulumi from "@pulumi/pulumi";
import type { CloudService, Requested, Serving, SplitRule, TrafficSplitSpec } from "./clouds/cloud";
import { componentTypes } from "./component-types";
import { Ledger, type LedgerOutputs } from "./ledger";
import { scheduledBounds } from "./clouds/triggers";
import type { Overrides } from "./ledger-entries";
import type { Release } from "./release";
import type { ServiceSpec } from "./spec";

/** The inputs of a traffic split. */
export interface TrafficSplitArgs {
  /** What the service has once. */
  readonly service: CloudService;
  /** The releases, each with its weight; the current one first. */
  readonly releases: readonly Release[];
  readonly scaling: ServiceSpec["scaling"];
  /** How the traffic moves to new releases; undefined: all at once. */
  readonly rollout: TrafficSplitSpec["rollout"];
  /** The ids of the new releases. */
  readonly entering: readonly string[];
  /** The releases that pass a freeze by an override. */
  readonly overrides: Overrides;
  /** What the update asks for. */
  readonly requested: pulumi.Output<Requested>;
  /** What must exist, with all its changes, before the traffic moves. */
  readonly after: readonly pulumi.Resource[];
}

/** The rule that shares requests among the releases, and the ledger of those that have had traffic. */
export class TrafficSplit extends pulumi.ComponentResource {
  /** The rule: what depends on it is done once the traffic has moved. */
  readonly rule: SplitRule;
  /** What the rule in the cloud says, read after it was set. */
  readonly serving: pulumi.Output<Serving>;
  /** The ledger, as it is after the rule was set. */
  readonly ledger: LedgerOutputs;

  constructor(
    name: string,
    { service, releases, scaling, rollout, entering, overrides, requested, after }: TrafficSplitArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(componentTypes.trafficSplit, `${name}-traffic-split`, {}, opts);
    const schedules = scheduledBounds(scaling);
    const shares = releases.map(
      ({ id: release, version, image, targetGroup, weight, passed, group, release: { instances, kept } }) => ({
        release,
        version,
        image,
        targetGroup,
        weight,
        passed,
        servers: group.servers,
        startWithin: group.startWithin,
        bounds: { min: instances.min, max: instances.max, schedules },
        ...(kept === undefined ? {} : { kept: true }),
      }),
    );
    this.rule = service.splitTraffic({ shares, rollout, entering, url: service.url, requested }, after, this);
    this.serving = this.rule.serving;
    this.ledger = new Ledger(name, { releases, serving: this.serving, overrides }, { parent: this }).outputs;
    this.registerOutputs({ serving: this.serving });
  }
}
