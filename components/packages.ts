import * as pulumi from "@pulumi/pulumi";

/**
 * Runs what loads an optional package: the SDK of one cloud, or what bakes images. Where the package is not installed,
 * throws an error that names it. It is a RunError, which Pulumi prints without a stack trace.
 */
export function withPackage<Result>(name: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith(`Cannot find module '${name}'`))) throw error;
    throw new pulumi.RunError(`the package ${name} is not installed: run npm install ${name}`);
  }
}
