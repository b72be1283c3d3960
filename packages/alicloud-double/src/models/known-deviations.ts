/** Something that the real provider sends beside the published models, and that the cloud lives with. */
interface KnownDeviation {
  service: string;
  action: RegExp;
  path: RegExp;
  why: string;
}

/**
 * The provider's own departures, seen with @pulumi/alicloud 3.108.0. They are no mistakes of the program under test, so they are
 * kept apart from what was misunderstood; a program can do nothing about them.
 */
const knownDeviations: readonly KnownDeviation[] = [
  {
    service: "alb",
    action: /^Create(LoadBalancer|ServerGroup|Listener|Rule)$/,
    path: /^Tags(\.|$)/,
    why: "tags are sent as Tags, which ALB does not know, and set again with TagResources",
  },
  {
    service: "sls",
    action: /^(Create|Update)Config$/,
    path: /^outputDetail\./,
    why: "the older log client has its own output detail",
  },
];

/** Answers in which the published model is wrong: the provider, which works with the cloud, reads another form. */
export const wrongModels: readonly { service: string; action: string; path: string }[] = [
  { service: "ram", action: "ListTagResources", path: "TagResources" },
];

/** Whether a departure is the provider's own. */
export function isKnownDeviation(service: string, action: string, path: string): boolean {
  return knownDeviations.some((one) => one.service === service && one.action.test(action) && one.path.test(path));
}
