import { parse } from "yaml";

/** A stack file's configuration: full keys such as `aws:region` to what YAML makes of their values. */
export type StackConfig = Readonly<Record<string, unknown>>;

/** Reads the configuration of a stack file. */
export function readStackFile(text: string): StackConfig {
  return (parse(text) as { config: StackConfig }).config;
}

/** The configuration as the engine passes it to a program: strings unchanged, everything else as JSON. */
export function asEngineConfig(config: StackConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/**
 * The same with an artifact that exists: a test of the stack file does not depend on whether the app has been built.
 */
export function withArtifact(config: StackConfig): StackConfig {
  const key = "immutable-service:service";
  const service = config[key] as { image?: { build?: { artifact: string } } } | undefined;
  if (service?.image?.build === undefined) return config;
  return {
    ...config,
    [key]: { ...service, image: { build: { ...service.image.build, artifact: "images/app/pom.xml" } } },
  };
}
