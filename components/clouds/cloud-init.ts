import { posix } from "node:path";

/**
 * What a virtual machine does when it boots, as cloud-init's user data. The image's side of this contract is in
 * docs/image-contract.md: the unit immutable-service.service reads the environment and the secrets as EnvironmentFile,
 * and writes the app's output to the folder of logs.
 */

/** The folder of the files that are written at boot. */
export const configFolder = "/etc/immutable-service";

/** The folder of the app's logs, which each cloud's log agent follows. */
export const logFolder = "/var/log/immutable-service";

/** In memory, so that no secret is on the disk. */
const secretsFile = "/run/immutable-service/secrets";

/** What a machine does at boot, in plain values. */
export interface Boot {
  /** The app's environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** References to secrets, by the names of their variables. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly secretStore: SecretStore;
  readonly logAgent: LogAgent;
  /** The shared file system that is mounted before the app starts, if any. */
  readonly share: Mount | undefined;
}

/** How a machine reads a secret from its cloud. */
export interface SecretStore {
  /** Shell functions that the commands below use. */
  readonly functions: readonly string[];
  /** The shell command that prints the value of a secret. */
  readonly fetch: (reference: string) => string;
}

/** How a machine's log agent learns which logs are this service's. */
export interface LogAgent {
  readonly file: { readonly path: string; readonly content: string };
  /** The command that makes the agent read the file. */
  readonly command: readonly string[];
}

/** The arguments of `mount`. */
export interface Mount {
  readonly type: "efs" | "nfs";
  readonly options: string;
  readonly source: string;
  /** The folder to mount it on. The checks let no character through that a shell would interpret, here and above. */
  readonly path: string;
}

/** Renders user data. JSON is valid YAML, so it needs no template. */
export function cloudConfig({ variables, secrets, secretStore, logAgent, share }: Boot): string {
  const hasSecrets = Object.keys(secrets).length > 0;
  const fetchSecrets = `${configFolder}/fetch-secrets`;
  const start = [
    ...(hasSecrets ? [`again ${fetchSecrets}`] : []),
    ...(share ? [`again mount -t ${share.type} -o ${share.options} ${share.source} ${share.path}`] : []),
    "systemctl start immutable-service.service",
  ];
  const config = {
    write_files: [
      file(`${configFolder}/environment`, environmentFile(variables)),
      file(logAgent.file.path, logAgent.file.content),
      ...(hasSecrets ? [file(fetchSecrets, secretsScript(secretStore, secrets), "0755")] : []),
    ],
    runcmd: [
      logAgent.command,
      ...(share ? [["mkdir", "-p", share.path]] : []),
      // The app does not start without its secrets and its share: the instance stays unhealthy and the release fails.
      ["sh", "-c", `${hasSecrets || share ? retry : ""}${start.join(" && ")}`],
    ],
  };
  return `#cloud-config\n${JSON.stringify(config)}\n`;
}

/**
 * Tries a command for five minutes: a new role may not be in force yet, a call may be throttled, and the name of a new file system
 * may not be resolved yet. https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
 */
const retry = 'again() { n=0; until "$@"; do n=$((n+1)); [ $n -lt 60 ] || return 1; sleep 5; done; }; ';

function file(path: string, content: string, permissions = "0644") {
  return { path, permissions, encoding: "b64", content: Buffer.from(content).toString("base64") };
}

/** KEY="value" lines, sorted, as systemd reads them from an EnvironmentFile: \, ", $ and ` are escaped. */
function environmentFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value.replace(/[\\"$`]/g, "\\$&")}"\n`)
    .join("");
}

/** A script that fetches each secret into a file that only root can read. */
function secretsScript({ functions, fetch }: SecretStore, secrets: Readonly<Record<string, string>>): string {
  return [
    "#!/bin/sh",
    "set -eu",
    "umask 077",
    `mkdir -p ${posix.dirname(secretsFile)}`,
    `: > ${secretsFile}.new`,
    ...functions,
    `put() { printf '%s="%s"\\n' "$1" "$(printf %s "$2" | sed 's/[\\"$\`]/\\\\&/g')" >> ${secretsFile}.new; }`,
    // Assigned to a variable first: a command that fails inside an argument would not stop the script.
    ...Object.entries(secrets).flatMap(([name, reference]) => [`value=$(${fetch(reference)})`, `put ${name} "$value"`]),
    `mv ${secretsFile}.new ${secretsFile}`,
    "",
  ].join("\n");
}
