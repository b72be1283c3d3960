import * as pulumi from "@pulumi/pulumi";
import type { Serving } from "./clouds/cloud";
import { messageOf } from "./error-message";
import { heldValues } from "./held-inputs";
import { imageName, plainShape } from "./id";
import { type Ledger as Recorded, type LiveRelease, type Overrides, checkBytes, ledgerFormat } from "./ledger-entries";
import type * as code from "./ledger.remote";
import { orElse } from "./left-out";
import { hasTraffic } from "./recorded-outputs";
import { type RemoteKind, RemoteResource } from "./remote";
import type { Release, ServiceSpec } from "./spec";

const kind: RemoteKind<typeof code> = {
  type: "Ledger",
  module: "ledger",
  outputs: { format: undefined, entries: undefined, values: undefined },
  replaceOnChanges: [],
  updateOnChanges: ["releases"],
  reads: false,
  deletes: false,
};

/** The output `releases` of a service. */
export interface LedgerOutputs {
  /** A number that rises when the form of the ledger changes. */
  readonly format: pulumi.Output<number>;
  /** The releases, newest first, at most ten. None as long as none has had traffic. */
  readonly entries: pulumi.Output<Recorded["entries"]>;
  /**
   * The values of environment variables and the like that are outputs of other resources, by release id. A secret:
   * such a value may be one, and nothing shows it before the update.
   */
  readonly values: pulumi.Output<Recorded["values"]>;
}

/** The inputs of a ledger. */
export interface LedgerArgs {
  /** The live releases, and what their instances start from. */
  readonly releases: readonly { readonly release: Release; readonly image: pulumi.Input<string> }[];
  /** What the traffic split has read from the cloud. The ledger waits for it. */
  readonly serving: pulumi.Output<Serving>;
  /** The releases that pass a freeze by an override. */
  readonly overrides: Overrides;
}

/**
 * The releases that have had traffic. It is recorded after the traffic split has read itself back, so a release that
 * failed is not in it. The time and the revision of a release are no inputs: they are recorded once. Its override is an
 * input that counts for nothing once the release is in it.
 */
export class Ledger extends RemoteResource<typeof code> {
  declare readonly format: pulumi.Output<Recorded["format"]>;
  declare readonly entries: pulumi.Output<Recorded["entries"]>;
  declare readonly values: pulumi.Output<Recorded["values"]>;

  constructor(name: string, { releases, serving, overrides }: LedgerArgs, opts: pulumi.CustomResourceOptions) {
    const live = releases.filter(({ release }) => hasTraffic(release));
    super(
      kind,
      `${name}-releases`,
      {
        releases: live.map(({ release, image }) => liveRelease(release, image)),
        liveValues: pulumi.secret(Object.fromEntries(live.map(({ release }) => [release.id, heldValues(release)]))),
        serving: orElse<Pick<Serving, "releases">>(serving, { releases: [] }).apply(({ releases }) =>
          releases.filter(hasTraffic).map(({ id }) => id),
        ),
        ...(Object.keys(overrides).length === 0 ? {} : { overrides }),
      },
      { ...opts, additionalSecretOutputs: ["values"] },
    );
  }

  /** As the stack has them as its output. An update that leaves out the ledger of a new stack has an empty one. */
  get outputs(): LedgerOutputs {
    return {
      format: orElse<number>(this.format, ledgerFormat),
      entries: orElse(this.entries, []),
      values: pulumi.secret(orElse(this.values, {})),
    };
  }
}

function liveRelease<Image>(
  { id, version, shape }: Release,
  image: Image,
): Omit<LiveRelease, "image"> & { image: Image } {
  return { id, version, image, shape: plainShape(shape) };
}

/** Throws a RunError for a release that is too large for the ledger, as far as its values are known. */
export function refuseLarge({ releases }: ServiceSpec): void {
  for (const release of releases.filter(hasTraffic)) {
    try {
      checkBytes(liveRelease(release, imageName(release.shape.image)));
    } catch (error) {
      throw new pulumi.RunError(messageOf(error));
    }
  }
}
