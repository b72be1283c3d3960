import * as pulumi from "@pulumi/pulumi";

/**
 * What `look` finds in an update; unknown in a preview, which needs no credentials. Empty where it fails: the provider
 * then fails by itself, with its own message, as soon as it is to create something.
 */
export function inUpdate(look: () => Promise<string>): pulumi.Input<string> {
  return pulumi.runtime.isDryRun() ? pulumi.runtime.unknownValue : look().catch(() => "");
}
