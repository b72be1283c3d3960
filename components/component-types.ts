/**
 * The type tokens of the components: the nodes under which the engine, a preview and the plan show a service. A token
 * is part of the URN of everything below its component, so renaming one replaces those resources.
 */
export const componentTypes = {
  service: "immutable:service:ImmutableService",
  environment: "immutable:service:Environment",
  network: "immutable:service:Network",
  loadBalancer: "immutable:service:LoadBalancer",
  files: "immutable:service:Files",
  logs: "immutable:service:Logs",
  identity: "immutable:service:Identity",
  image: "immutable:service:Image",
  release: "immutable:service:Release",
  trafficSplit: "immutable:service:TrafficSplit",
} as const;
