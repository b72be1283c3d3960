import type * as pulumi from "@pulumi/pulumi";

/** The security group of a service's instances: from the load balancer to the app's port, and out; nothing else. */
export interface InstanceSecurityGroup {
  readonly id: pulumi.Output<string>;
  /** Lets the load balancer reach a port. Returns what must exist before it can. */
  openPort(port: number): readonly pulumi.Resource[];
}

/**
 * Registers the rules of a port once. They are named by port, not by release: releases on one port share them, and the
 * last one's deletion ends them.
 */
export function oncePerPort(register: (port: number) => readonly pulumi.Resource[]): InstanceSecurityGroup["openPort"] {
  const open = new Map<number, readonly pulumi.Resource[]>();
  return (port) => {
    const rules = open.get(port) ?? register(port);
    open.set(port, rules);
    return rules;
  };
}
