import { aws } from "../../components";
import type { ServiceArgs } from "../../components/stack-file/schema";
import type { InstanceSpec, ServiceSpec } from "../../components/spec";
import { resolveService } from "../../components/resolve";

/** An image by digest; the letter distinguishes releases. */
export const digest = (letter: string): string => `registry.example.com/bookstore@sha256:${letter.repeat(64)}`;

/** A complete service on containers, with a test's changes. */
export function service(changes: Partial<ServiceArgs> = {}): ServiceArgs {
  return { name: "bookstore", version: "1.4.2", compute: "container", image: digest("a"), ...changes };
}

/** The service resolved for AWS in us-east-1. */
export function resolved(changes: Partial<ServiceArgs> = {}): ServiceSpec {
  return resolveService(service(changes), aws({ project: "immutable-service", stack: "dev", region: "us-east-1" }));
}

/** A valid shape of an instance, for tests that need any. */
export const anyShape: InstanceSpec = resolved().releases[0].shape;
