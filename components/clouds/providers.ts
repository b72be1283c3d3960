import * as pulumi from "@pulumi/pulumi";
import type { CloudName } from "../spec";

/** The settings of a provider. */
type Settings = Readonly<Record<string, pulumi.Input<unknown>>>;

/** A copy of the settings whose credentials are secrets, so that the state has them encrypted. */
export function withSecrets<Args extends object>(settings: Args, secrets: readonly (keyof Args)[]): Args {
  const hidden = secrets
    .filter((key) => settings[key] !== undefined)
    .map((key) => [key, pulumi.secret(settings[key] as pulumi.Input<unknown>)]);
  return { ...settings, ...Object.fromEntries(hidden) } as Args;
}

/**
 * The provider of the dynamic resources, with the settings as the stack's configuration has them: the remote modules
 * read them through stack-config.remote.ts.
 */
export function dynamicProvider(
  cloud: CloudName,
  name: string,
  settings: object,
  opts?: pulumi.ResourceOptions,
): pulumi.ProviderResource {
  const config = Object.entries(settings as Settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [`${cloud}:${key}`, (pulumi.output(value) as pulumi.Output<unknown>).apply(asText)]);
  return new DynamicProvider(name, Object.fromEntries(config) as pulumi.Inputs, opts);
}

class DynamicProvider extends pulumi.ProviderResource {
  constructor(name: string, config: pulumi.Inputs, opts?: pulumi.ResourceOptions) {
    super("pulumi-nodejs", name, config, opts);
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
