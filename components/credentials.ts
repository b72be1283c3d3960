import type { Platform } from "./clouds/cloud";
import type { ServiceSpec } from "./spec";
import { isCredential } from "./stack-file/credentials";

/**
 * A warning for each variable of a service's environment whose value looks like a credential, with its place and
 * without the value. A further release that has the service's own value gets none.
 */
export function credentialWarnings({ releases }: Pick<ServiceSpec, "releases">, platform: Platform): string[] {
  const [{ shape: own }] = releases;
  const remedy = platform.capabilities.secrets.offered
    ? "store it in the cloud's secret store, and give a reference under secrets"
    : "let the app fetch it from the cloud's secret store";
  return releases.flatMap(({ shape }, index) =>
    Object.entries(shape.environment)
      .filter(([name, value]) => typeof value === "string" && isCredential(name, value))
      .filter(([name, value]) => index === 0 || own.environment[name] !== value)
      .map(
        ([name]) =>
          `${index === 0 ? "" : `releases[${index - 1}].`}environment.${name} looks like a credential, and whoever may ` +
          `read the stack file, the state or an instance's settings can read it: ${remedy}.`,
      ),
  );
}
