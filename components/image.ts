import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "./clouds/cloud";
import { componentTypes } from "./component-types";
import { withPackage } from "./packages";
import type { ImageBuild, ServiceSpec } from "./spec";

/** The inputs of an image. */
export interface ImageArgs {
  readonly cloud: Cloud;
  /** The service that the image is for. */
  readonly spec: ServiceSpec;
  /** A build whose every check has passed. */
  readonly build: ImageBuild;
}

/**
 * An image, baked from its recipe. Its resources are named by the recipe's hash, so an unchanged recipe bakes nothing
 * and a changed one bakes beside the existing image. A baked image outlives its resources: only the retention rule
 * deletes it.
 */
export class Image extends pulumi.ComponentResource {
  /** A reference by digest, or the machine image's id: a valid value of `image` wherever this image is used. */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, { cloud, spec, build }: ImageArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const platform = cloud.platforms[spec.compute];
    const before: pulumi.Resource[] = [];
    const afterCheck: pulumi.ResourceTransformation = ({ props, opts: own }) =>
      before.length === 0 ? undefined : { props, opts: pulumi.mergeOptions(own, { dependsOn: [...before] }) };
    super(
      componentTypes.image,
      `${name}-image`,
      { recipe: build.tag },
      { ...opts, transformations: [...(opts.transformations ?? []), afterCheck] },
    );
    // A check of its own, because `npm run bake` updates the image's resources alone. Docker alone pushes to a repository that
    // exists: no account is used.
    const { repository, registry } = build.target;
    if (spec.compute === "vm" || repository === undefined || registry !== undefined)
      before.push(cloud.checkAccount(`${name}-image-account`, this));
    this.reference = withPackage("@pulumi/docker", () => platform.bake(name, build, spec, this));
    this.registerOutputs({ image: this.reference });
  }
}
