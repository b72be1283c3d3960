import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import { type RemoteKind, remoteClass } from "../../remote";
import { startSizeKind } from "../kinds";
import type { Context } from "../context";
import { scheduledBounds } from "../triggers";
import type { ServingInputs } from "../start-size.remote";
import type * as code from "./start-size.remote";

const kind: RemoteKind<typeof code> = {
  type: "StartSize",
  module: "clouds/aws/start-size",
  ...startSizeKind,
};

/** See `startSizeKind`. */
export class StartSize extends remoteClass<typeof code>(kind) {
  declare readonly startMin: pulumi.Output<number>;
  declare readonly startMax: pulumi.Output<number>;
  /** How many instances the release starts with. */
  declare readonly starts: pulumi.Output<number>;
}

/** Registers how a release begins. `serving` is what the stack knows of the releases that may serve before. */
export function startSize({ name, spec, facts, parent }: Context, release: Release, serving: ServingInputs): StartSize {
  const schedules = scheduledBounds(spec.scaling);
  return new StartSize(
    `${name}-${release.id}-start-size`,
    { region: facts.region, release: release.id, ...release.instances, schedules, ...serving },
    { parent },
  );
}
