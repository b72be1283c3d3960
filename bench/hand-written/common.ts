import * as pulumi from "@pulumi/pulumi";

/* What every file of the hand-written program uses. */

export const region = "us-east-1";
export const image =
  "123456789012.dkr.ecr.us-east-1.amazonaws.com/bookstore@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1";
export const release = "1-4-2-7a9c1f";
export const tags = (name: string) => ({ Name: name, service: "bookstore", stack: "bench", "managed-by": "pulumi" });
export const releaseTags = { ...tags(`bookstore-${release}`), release };
export const policy = (statements: pulumi.Input<unknown>[]) =>
  pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
