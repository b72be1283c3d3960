import * as pulumi from "@pulumi/pulumi";
import type { CloudService, ServerGroup } from "./clouds/cloud";
import { releaseHeader } from "./clouds/context";
import type { ServingInputs } from "./clouds/start-size.remote";
import { componentTypes } from "./component-types";
import { Gate } from "./gate";
import { holdInputs } from "./held-inputs";
import type { Release as ReleaseSpec, ServiceSpec } from "./spec";

/** The inputs of a release. */
export interface ReleaseArgs {
  /** What the service has once. */
  readonly service: CloudService;
  readonly release: ReleaseSpec;
  /** What the instances start from. */
  readonly image: pulumi.Input<string>;
  /** What the stack knows of the releases that may serve before this one. */
  readonly serving: ServingInputs;
  readonly spec: Pick<ServiceSpec, "gate">;
  /** The stack's ownership mark. */
  readonly mark: pulumi.Output<string>;
}

/**
 * One release with everything that it has: target group, header rule, server group, triggers, the wait for healthy
 * instances, and the gate. Another version is another component, which the engine creates beside this one.
 */
export class Release extends pulumi.ComponentResource {
  /** The target group's id, which the traffic split names. */
  readonly targetGroup: pulumi.Output<string>;
  /** The share of requests in percent. */
  readonly weight: number;
  /** The outputs of the checks that the release must have passed before it gets traffic. */
  readonly passed: readonly pulumi.Output<string>[];
  /** The release's id, such as `1-4-2-9f3ab1`. */
  readonly id: string;
  readonly version: string;
  /** What the instances start from. */
  readonly image: pulumi.Output<string>;
  /** The release as the program describes it. */
  readonly release: ReleaseSpec;
  /** What the traffic split and the bounds need of its instances. */
  readonly group: ServerGroup;
  private readonly checks: readonly pulumi.Resource[];

  constructor(
    name: string,
    { service, release, image, serving, spec: { gate }, mark }: ReleaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(componentTypes.release, `${name}-${release.id}`, { version: release.version }, opts);
    const held = holdInputs(name, release, this);
    this.group = service.addRelease(held, image, this, serving);
    const { id: group, targetGroup, healthy } = this.group;
    this.targetGroup = targetGroup;
    this.weight = release.weight;
    this.id = release.id;
    this.version = release.version;
    this.image = pulumi.output(image);
    this.release = release;
    const passed = [healthy.passed];
    const checks: pulumi.Resource[] = [healthy];
    if (gate.from !== "none") {
      const { answers, within, url = service.gateUrl } = gate;
      const { path, timeout } = release.shape.health;
      const checked = new Gate(
        `${name}-${release.id}-gate`,
        { url, path, header: releaseHeader(release, mark), release: release.id, answers, within, timeout, group },
        { parent: this, dependsOn: [healthy] },
      );
      passed.push(checked.passed);
      checks.push(checked);
    }
    this.passed = passed;
    this.checks = checks;
    this.registerOutputs({ targetGroup });
  }

  /**
   * Holds the instances of a release that is kept, once the releases to which it loses its traffic have passed.
   *
   * @param seconds how long it still has some of it, at most
   */
  hold(releases: readonly Release[], seconds: number): void {
    const { kept } = this.release;
    const [current] = releases;
    if (kept === undefined || current === undefined) return;
    const after = releases.filter(({ release }) => release.kept === undefined).flatMap(({ checks }) => checks);
    this.group.bound(after, { heldFor: current.id, holdSeconds: seconds + kept.holdFor });
  }

  /** Registers the bounds of a release that is not kept, which apply once the traffic has moved. */
  bound(rule: pulumi.Resource): void {
    if (this.release.kept === undefined) this.group.bound([rule]);
  }
}
