import type { ReadServing, TrafficInputs } from "../../components/clouds/checks.remote";

/*
 * What a service outputs of itself (`url`, `version`, `release`, `image`, `deployed`) is what the traffic split has
 * read from the cloud in the update. The plan shows what that will be if the update passes, and says that it is known
 * only then.
 */

/** The type of the resource that reads it, of every cloud. */
const trafficRule = /:TrafficRule$/;

/** The outputs of a traffic rule after the update; nothing for any other resource. */
export function servingAfterUpdate(type: string, inputs: object): { readonly serving?: ReadServing<unknown> } {
  if (!trafficRule.test(type)) return {};
  const { url, requested, shares = [] } = inputs as Partial<TrafficInputs<unknown>>;
  const releases = shares.map(({ release, version, image, weight }) => ({
    id: afterUpdate(release),
    version: afterUpdate(version),
    image: afterUpdate(image),
    weight,
  }));
  return { serving: { url: afterUpdate(url), requested, releases } };
}

/** A value that is known after the update, with what it will be if the plan knows that. */
function afterUpdate(value: unknown): string {
  return typeof value === "string" && value !== "" ? `<after the update: ${value}>` : "<after the update>";
}
