import { posix } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { InstanceSpec } from "../../spec";

/** What a virtual machine is told when it boots. */
export interface UserData {
  readonly region: string;
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secrets: InstanceSpec["secrets"];
  /** The name of the machine's role, with which it fetches the secrets. */
  readonly roleName: pulumi.Input<string>;
  /** The mark by which the log service's agent knows whose logs these are. */
  readonly machineMark: pulumi.Input<string>;
  readonly share: { readonly server: pulumi.Input<string>; readonly path: string } | undefined;
}

/** ECS's limit on user data before it is encoded, in bytes. https://www.alibabacloud.com/help/en/ecs/user-guide/customize-the-initialization-configuration-for-an-instance */
export const userDataLimit = 32_768;

const folder = "/etc/immutable-service";

/*
 * The image's side of this contract is in docs/image-contract.md: the unit immutable-service.service reads both files
 * as EnvironmentFile, and writes the app's output to the folder that the log service's agent follows.
 */
const secretsFile = "/run/immutable-service/secrets";

/** Renders cloud-init's user data. JSON is YAML, so it needs no template. */
export function userData(data: UserData): pulumi.Output<string> {
  return pulumi.output({ ...data }).apply((known) => renderUserData(known as Known));
}

type Known = { readonly [K in keyof UserData]: pulumi.Unwrap<UserData[K]> };

/** The pure part of `userData`, for values that are known. */
export function renderUserData({ region, variables, secrets, roleName, machineMark, share }: Known): string {
  const file = (path: string, content: string, permissions = "0644") => ({
    path,
    permissions,
    encoding: "b64",
    content: Buffer.from(content).toString("base64"),
  });
  const fetches = Object.keys(secrets).length > 0;
  const config = {
    write_files: [
      file(`${folder}/environment`, lines(variables)),
      // https://www.alibabacloud.com/help/en/sls/create-a-user-defined-identity-based-machine-group
      file("/etc/ilogtail/user_defined_id", `${machineMark}\n`),
      ...(fetches ? [file(`${folder}/fetch-secrets`, fetchSecrets(region, roleName, secrets), "0755")] : []),
    ],
    runcmd: [
      // The agent was started before its mark was written; under its old name or its new one.
      ["sh", "-c", "/etc/init.d/loongcollectord restart || /etc/init.d/ilogtaild restart || true"],
      ...(share
        ? [
            ["mkdir", "-p", share.path],
            ["mount", "-t", "nfs", "-o", mountOptions, `${share.server}:/`, share.path],
          ]
        : []),
      // Without its secrets or its share the app is not started, so the instance never becomes healthy and the release fails.
      [
        "sh",
        "-c",
        [
          ...(fetches ? [`${folder}/fetch-secrets`] : []),
          ...(share ? [`mountpoint -q ${share.path}`] : []),
          "systemctl start immutable-service.service",
        ].join(" && "),
      ],
    ],
  };
  return `#cloud-config\n${JSON.stringify(config)}\n`;
}

/** https://www.alibabacloud.com/help/en/nas/user-guide/mount-an-nfs-file-system-on-a-linux-ecs-instance */
const mountOptions = "vers=3,nolock,proto=tcp,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport";

/** KEY="value" lines as systemd reads them from an EnvironmentFile: backslash, quote, dollar and backtick are escaped. */
function lines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value.replace(/[\\"$`]/g, "\\$&")}"\n`)
    .join("");
}

/** Fetches each secret with the instance's role into a file in memory that only root can read. */
function fetchSecrets(region: string, roleName: string, secrets: Readonly<Record<string, string>>): string {
  const ask = `aliyun kms GetSecretValue --mode EcsRamRole --ram-role-name '${roleName}' --region ${region} --endpoint kms-vpc.${region}.aliyuncs.com`;
  return [
    "#!/bin/sh",
    "set -eu",
    "umask 077",
    `mkdir -p ${posix.dirname(secretsFile)}`,
    `: > ${secretsFile}.new`,
    // python3 is there wherever cloud-init is.
    `fetch() { ${ask} --SecretName "$1" | python3 -c 'import json, sys; sys.stdout.write(json.load(sys.stdin)["SecretData"])'; }`,
    `put() { printf '%s="%s"\\n' "$1" "$(printf %s "$2" | sed 's/[\\"$\`]/\\\\&/g')" >> ${secretsFile}.new; }`,
    // A value of its own per fetch: a failed command inside an argument would not stop the script.
    ...Object.entries(secrets).flatMap(([name, reference]) => [
      `value=$(fetch '${secretNameOf(reference)}')`,
      `put ${name} "$value"`,
    ]),
    `mv ${secretsFile}.new ${secretsFile}`,
    "",
  ].join("\n");
}

/** The name in a secret's resource name, acs:kms:cn-hangzhou:1234567890123456:secret/NAME. */
function secretNameOf(reference: string): string {
  return reference.slice(reference.indexOf("/") + 1);
}
