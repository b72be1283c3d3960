/**
 * What the Pulumi provider (seen with @pulumi/alicloud 3.108.0) sends beside the published models, and the cloud
 * accepts. Programs cannot avoid these, so they are recorded apart from other violations.
 */
const providerDeviations: readonly { service: string; action: RegExp; path: RegExp }[] = [
  // Tags are sent as Tags, which ALB does not know, and set again with TagResources.
  { service: "alb", action: /^Create(LoadBalancer|ServerGroup|Listener|Rule)$/, path: /^Tags(\.|$)/ },
  // The older log client has its own output detail.
  { service: "sls", action: /^(Create|Update)Config$/, path: /^outputDetail\./ },
];

/** Response fields whose published model is wrong: the provider, which works with the cloud, reads another type. */
const wrongModels: readonly { service: string; action: string; path: string }[] = [
  { service: "ram", action: "ListTagResources", path: "TagResources" },
];

/** Whether the provider itself causes this violation. */
export function isKnownDeviation(service: string, action: string, path: string): boolean {
  return providerDeviations.some((one) => one.service === service && one.action.test(action) && one.path.test(path));
}

/** Whether the published model of a response field is wrong. */
export function hasWrongModel(service: string, action: string, path: string): boolean {
  return wrongModels.some((one) => one.service === service && one.action === action && one.path === path);
}
