import type * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import type { Context } from "./context";
import type { Identity } from "./identity";

/**
 * Secrets of containers: Elastic Container Instance has no variables by reference, so an init container reads the
 * secrets with the app's role, and writes them into a volume in memory. Its program is images/container/secrets.
 */

/** The folder in which the app finds its secrets, each in a file with the secret's name. */
export const secretsFolder = "/run/secrets";

/** The name of the volume, and of the init container. */
const name = "secrets";

/** The app's variable with the path of a secret's file. */
export function fileVariable(secret: string): string {
  return `${secret}_FILE`;
}

/** The init container's variable with a secret's reference. */
export function referenceVariable(secret: string): string {
  return `SECRET_${secret}`;
}

/** What a container group has for its secrets. */
interface ContainerSecrets {
  /** The app's variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The init container's image. */
  readonly image: string;
  readonly initContainer: alicloud.types.input.ess.EciScalingConfigurationInitContainer;
  readonly volume: alicloud.types.input.ess.EciScalingConfigurationVolume;
  /** The volume in the app's container. */
  readonly mount: alicloud.types.input.ess.EciScalingConfigurationContainerVolumeMount;
}

/** What the container group of a release has for its secrets; undefined for a release without any. */
export function containerSecrets(
  { facts }: Context,
  { role }: Identity,
  { shape: { secrets, secretsImage, hardening } }: Release,
): ContainerSecrets | undefined {
  if (secretsImage === undefined) return undefined;
  const variables: Record<string, pulumi.Input<string>> = {
    SECRETS_FOLDER: secretsFolder,
    SECRETS_REGION: facts.region,
    SECRETS_ROLE: role.roleName,
    // The files are that user's.
    ...(hardening?.user === undefined ? {} : { SECRETS_USER: String(Number.parseInt(hardening.user, 10)) }),
    ...Object.fromEntries(Object.entries(secrets).map(([secret, reference]) => [referenceVariable(secret), reference])),
  };
  return {
    variables: Object.fromEntries(
      Object.keys(secrets).map((secret) => [fileVariable(secret), `${secretsFolder}/${secret}`]),
    ),
    image: secretsImage,
    initContainer: {
      name,
      image: secretsImage,
      imagePullPolicy: "IfNotPresent",
      // It gives the files to the app's user.
      securityContextRunAsUser: 0,
      securityContextReadOnlyRootFileSystem: true,
      environmentVars: sortedVariables(variables),
      volumeMounts: [{ name, mountPath: secretsFolder, readOnly: false }],
    },
    // https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createeciscalingconfiguration
    volume: { name, type: "EmptyDirVolume", emptyDirVolumeMedium: "memory", emptyDirVolumeSizeLimit: "16Mi" },
    mount: { name, mountPath: secretsFolder, readOnly: true },
  };
}

/** A container's variables by their names, sorted, so that the order in which they are given changes nothing. */
export function sortedVariables(
  variables: Readonly<Record<string, pulumi.Input<string>>>,
): { key: string; value: pulumi.Input<string> }[] {
  return Object.entries(variables)
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
