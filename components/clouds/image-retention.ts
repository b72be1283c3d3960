import type * as pulumi from "@pulumi/pulumi";
import type { RetentionInputs } from "./image-marks.remote";

/** A retention rule, as the service sets it. */
export type RetentionRule = { readonly [Name in keyof RetentionInputs]: pulumi.Input<RetentionInputs[Name]> };

/** Registers the rule that deletes images which the stack has baked, below `parent`. It runs after all of `after`. */
export type RetainImages = (
  rule: RetentionRule,
  after: readonly pulumi.Resource[],
  parent: pulumi.ComponentResource,
) => void;
