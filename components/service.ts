import * as pulumi from "@pulumi/pulumi";
import type { Cloud, ServerGroup } from "./clouds/cloud";
import { Gate } from "./gate";
import { Image } from "./image";
import type { ServiceSpec } from "./spec";

/** What an immutable service needs: a cloud, and a service whose every check has passed. */
export interface ImmutableServiceArgs {
  /** The cloud's implementation, such as `aws({ region, … })`. */
  readonly cloud: Cloud;
  /** The service, from `resolveService`. */
  readonly spec: ServiceSpec;
}

/**
 * An immutable service: N identical instances of one image behind a load balancer, replaced as a whole by the next
 * release. Each release is a resource name, so a new release is created beside the old one, has to pass its gate, gets
 * the traffic, and only then does the engine delete the old one.
 */
export class ImmutableService extends pulumi.ComponentResource {
  /** The service's address. */
  readonly url: pulumi.Output<string>;
  /** The version of the current release. */
  readonly version: string;
  /** The id of the current release, such as `1-4-2-9f3ab1`. */
  readonly release: string;
  /** The image of the current release: what another stack's `image` may say. */
  readonly image: pulumi.Output<string>;
  /** The bucket's name; undefined when the service asked for no files. */
  readonly files: pulumi.Output<string> | undefined;
  /** The name of the service's place in the cloud's log service. */
  readonly logs: pulumi.Output<string>;
  /** Where the cloud's console shows the logs and the load balancer. */
  readonly links: { readonly logs: pulumi.Output<string>; readonly loadBalancer: pulumi.Output<string> };

  constructor(name: string, { cloud, spec }: ImmutableServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    // The service in its own words is the component's input, so that a preview shows a change in these words too.
    super("immutable:service:ImmutableService", name, describe(cloud, spec), opts);
    const foundation = cloud.found(name, spec, this);
    const [current] = spec.releases;
    this.image =
      spec.build === undefined
        ? pulumi.output(current.shape.image)
        : new Image(name, { cloud, spec, build: spec.build }, { parent: this }).reference;
    const groups = spec.releases.map((release) =>
      foundation.addRelease(release, release === current ? this.image : release.shape.image),
    );
    const passed = groups.flatMap((group) => this.gate(name, group, foundation.reachedAt ?? foundation.url, spec));
    foundation.splitTraffic(
      groups.map(({ targetGroup, release }) => ({ targetGroup, weight: release.weight })),
      passed,
    );

    this.url = foundation.url;
    this.version = current.version;
    this.release = current.id;
    this.files = foundation.files;
    this.logs = foundation.logs;
    this.links = foundation.links;
    this.registerOutputs({
      url: this.url,
      version: this.version,
      release: this.release,
      image: this.image,
      files: this.files,
      logs: this.logs,
      links: this.links,
    });
  }

  /** What has to hold before the traffic split may move to a release. */
  private gate(
    name: string,
    group: ServerGroup,
    loadBalancerUrl: pulumi.Output<string>,
    { gate, health }: ServiceSpec,
  ): readonly pulumi.Resource[] {
    if (gate.from === "none") return [group.healthy];
    const { answers, within, url = loadBalancerUrl } = gate;
    return [
      new Gate(
        `${name}-${group.release.id}-gate`,
        {
          url,
          path: health.path,
          release: group.release.id,
          answers,
          within,
          timeout: health.timeout,
          group: group.id,
        },
        { parent: this, dependsOn: [group.healthy] },
      ),
    ];
  }
}

function describe(cloud: Cloud, spec: ServiceSpec) {
  return {
    cloud: cloud.name,
    region: cloud.region,
    service: {
      ...spec,
      releases: spec.releases.map((release) => ({
        ...release,
        becomes: cloud.instanceShape(spec.compute, release.shape.size, release.shape.architecture).label,
      })),
    },
    launchSeconds: cloud.launchSeconds[spec.compute],
    notes: cloud.notes(spec),
  };
}

/** The component's inputs, from which the offline plan tells what the service will be. */
export type Description = ReturnType<typeof describe>;
