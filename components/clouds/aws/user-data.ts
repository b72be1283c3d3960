import { posix } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { InstanceSpec } from "../../spec";

/** What a virtual machine is told when it boots. */
export interface UserData {
  readonly region: string;
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secrets: InstanceSpec["secrets"];
  readonly logGroupName: pulumi.Input<string>;
  readonly share:
    | {
        readonly fileSystemId: pulumi.Input<string>;
        readonly accessPointId: pulumi.Input<string>;
        readonly path: string;
      }
    | undefined;
}

/** EC2's limit on user data before it is encoded, in bytes. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html */
export const userDataLimit = 16_384;

const folder = "/etc/immutable-service";

/*
 * The image's side of this contract is in docs/image-contract.md: the unit immutable-service.service reads both files
 * as EnvironmentFile, and writes the app's output to the log file that the agent below follows.
 */
const secretsFile = "/run/immutable-service/secrets";
const logFile = "/var/log/immutable-service/*.log";

/** Renders cloud-init's user data. JSON is YAML, so it needs no template. */
export function userData(data: UserData): pulumi.Output<string> {
  return pulumi.output({ ...data }).apply((known) => renderUserData(known as Known));
}

type Known = { readonly [K in keyof UserData]: pulumi.Unwrap<UserData[K]> };

/** The pure part of `userData`, for values that are known. */
export function renderUserData({ region, variables, secrets, logGroupName, share }: Known): string {
  const file = (path: string, content: string, permissions = "0644") => ({
    path,
    permissions,
    encoding: "b64",
    content: Buffer.from(content).toString("base64"),
  });
  const config = {
    write_files: [
      file(`${folder}/environment`, lines(variables)),
      file(
        `${folder}/amazon-cloudwatch-agent.json`,
        JSON.stringify(agent(logGroupName, variables.SERVICE_RELEASE ?? "")),
      ),
      ...(Object.keys(secrets).length > 0
        ? [file(`${folder}/fetch-secrets`, fetchSecrets(region, secrets), "0755")]
        : []),
    ],
    runcmd: [
      [
        "amazon-cloudwatch-agent-ctl",
        "-a",
        "fetch-config",
        "-m",
        "ec2",
        "-s",
        "-c",
        `file:${folder}/amazon-cloudwatch-agent.json`,
      ],
      ...(share
        ? [
            ["mkdir", "-p", share.path],
            [
              "mount",
              "-t",
              "efs",
              "-o",
              `tls,iam,accesspoint=${share.accessPointId}`,
              `${share.fileSystemId}:/`,
              share.path,
            ],
          ]
        : []),
      // Without its secrets or its share the app is not started, so the instance never becomes healthy and the release fails.
      [
        "sh",
        "-c",
        [
          ...(Object.keys(secrets).length > 0 ? [`${folder}/fetch-secrets`] : []),
          ...(share ? [`mountpoint -q ${share.path}`] : []),
          "systemctl start immutable-service.service",
        ].join(" && "),
      ],
    ],
  };
  return `#cloud-config\n${JSON.stringify(config)}\n`;
}

/** KEY="value" lines as systemd reads them from an EnvironmentFile: backslash, quote, dollar and backtick are escaped. */
function lines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value.replace(/[\\"$`]/g, "\\$&")}"\n`)
    .join("");
}

function agent(logGroupName: string, release: string) {
  return {
    logs: {
      logs_collected: {
        files: {
          collect_list: [
            { file_path: logFile, log_group_name: logGroupName, log_stream_name: `${release}/{instance_id}` },
          ],
        },
      },
    },
  };
}

/** Fetches each secret with the instance's role into a file in memory that only root can read. */
function fetchSecrets(region: string, secrets: Readonly<Record<string, string>>): string {
  return [
    "#!/bin/sh",
    "set -eu",
    "umask 077",
    `mkdir -p ${posix.dirname(secretsFile)}`,
    `: > ${secretsFile}.new`,
    `put() { printf '%s="%s"\\n' "$1" "$(printf %s "$2" | sed 's/[\\"$\`]/\\\\&/g')" >> ${secretsFile}.new; }`,
    // A value of its own per fetch: a failed command inside an argument would not stop the script.
    ...Object.entries(secrets).flatMap(([name, reference]) => [
      `value=$(${fetchCommand(region, reference)})`,
      `put ${name} "$value"`,
    ]),
    `mv ${secretsFile}.new ${secretsFile}`,
    "",
  ].join("\n");
}

function fetchCommand(region: string, reference: string): string {
  if (reference.includes(":ssm:"))
    return `aws ssm get-parameter --region ${region} --with-decryption --name '${reference}' --query Parameter.Value --output text`;
  return `aws secretsmanager get-secret-value --region ${region} --secret-id '${reference}' --query SecretString --output text`;
}
