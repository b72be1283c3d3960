import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "./clouds/cloud";
import type { ImageBuild } from "./spec";
import type { ServiceSpec } from "./spec";

/** What a baked image needs: a cloud, the service that it is for, and a build whose every check has passed. */
export interface ImageArgs {
  readonly cloud: Cloud;
  readonly spec: ServiceSpec;
  readonly build: ImageBuild;
}

/**
 * An image, baked from its recipe. Its resources are named by the recipe's hash, so an unchanged recipe bakes nothing and
 * a changed one bakes beside what is there. A baked image outlives its resources: only the retention rule deletes it.
 */
export class Image extends pulumi.ComponentResource {
  /** What `image` may say wherever this image is used: a reference by digest, or the machine image's id. */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, { cloud, spec, build }: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "immutable:service:Image",
      `${name}-image`,
      { recipe: build.tag, bakeMinutes: cloud.bakeMinutes[spec.compute] },
      opts,
    );
    this.reference = cloud.bake(name, build, spec, this);
    this.registerOutputs({ image: this.reference });
  }
}
