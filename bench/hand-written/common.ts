import * as pulumi from "@pulumi/pulumi";
import { AccountCheck } from "../../components/clouds/aws/account-check";
import { OwnershipMark } from "../../components/ownership-mark";

/* What every file of the hand-written program uses. */

export const region = "us-east-1";
export const image =
  "123456789012.dkr.ecr.us-east-1.amazonaws.com/bookstore@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1";
export const release = "1-4-2-7a9c1f";
/** The fingerprint of the whole service. */
export const digest = "7a9c1f";
new AccountCheck("bookstore-account", region, pulumi.rootStackResource);
export const { mark } = new OwnershipMark("bookstore-mark");
export const stack = { project: "immutable-service", stack: "bench", region, projectFolder: "." };
const owner = pulumi.interpolate`immutable-service/bench/${mark}`;
export const tags = (name: string) => ({
  ...{ Name: name, service: "bookstore", stack: "bench", "managed-by": "pulumi" },
  "immutable-service": owner,
});
export const tagsOfRelease = (name: string) => ({ ...tags(name), release });
export const releaseTags = tagsOfRelease(`bookstore-${release}`);
/** The arguments of a bucket or a log group that outlives the stack. */
export const kept = (resource: string, console: string) => ({
  ...{ region, resource, console, tags: tags(resource) },
  ...{ keptFor: "immutable-service/bench/bookstore", whenRemoved: "keep" as const, renewal: 0 },
});
export const policy = (statements: pulumi.Input<unknown>[]) =>
  pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
