import type * as pulumi from "@pulumi/pulumi";

/**
 * An output of a resource that an update may leave out, such as the bake of a first image: `otherwise` then, because
 * the output is undefined whatever its type says, and Pulumi warns of a stack output that is.
 */
export function orElse<Value>(output: pulumi.Output<Value>, otherwise: Value): pulumi.Output<Value> {
  return output.apply((value: Value | undefined) => value ?? otherwise);
}
