import * as pulumi from "@pulumi/pulumi";
import type { InstanceSpec } from "../../spec";
import { cloudConfig } from "../cloud-init";

/** What the user data of a virtual machine is rendered from. */
export interface UserData {
  readonly region: string;
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secrets: InstanceSpec["secrets"];
  /** The name of the instance's role, with which it reads its secrets. */
  readonly roleName: pulumi.Input<string>;
  /** The mark by which the log service recognizes this service's machines. */
  readonly machineMark: pulumi.Input<string>;
  readonly share: { readonly server: pulumi.Input<string>; readonly folder: string; readonly path: string } | undefined;
}

/**
 * ECS's limit on user data before it is encoded, in bytes.
 * https://www.alibabacloud.com/help/en/ecs/user-guide/customize-the-initialization-configuration-for-an-instance
 */
export const userDataLimit = 32_768;

/** https://www.alibabacloud.com/help/en/nas/user-guide/mount-an-nfs-file-system-on-a-linux-ecs-instance */
const mountOptions = "vers=3,nolock,proto=tcp,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport";

/** Renders user data once all its inputs are known. */
export function userData(data: UserData): pulumi.Output<string> {
  return pulumi.output(data).apply(renderUserData);
}

/** Renders user data from plain values. */
export function renderUserData({
  region,
  variables,
  secrets,
  roleName,
  machineMark,
  share,
}: pulumi.Unwrap<UserData>): string {
  return cloudConfig({
    variables,
    secrets,
    secretStore: {
      functions: [fetchFunction(region, roleName)],
      fetch: (reference) => `fetch '${secretNameOf(reference)}'`,
    },
    logAgent: {
      // https://www.alibabacloud.com/help/en/sls/create-a-user-defined-identity-based-machine-group
      file: { path: "/etc/ilogtail/user_defined_id", content: `${machineMark}\n` },
      // The agent, which has an old and a new name, started before its mark was written.
      command: ["sh", "-c", "/etc/init.d/loongcollectord restart || /etc/init.d/ilogtaild restart || true"],
    },
    share: share && { type: "nfs", options: mountOptions, source: `${share.server}:${share.folder}`, path: share.path },
  });
}

/** A shell function that prints the value of a secret of KMS. It uses python3, which cloud-init needs too. */
function fetchFunction(region: string, roleName: string): string {
  const get = [
    "aliyun kms GetSecretValue --mode EcsRamRole",
    `--ram-role-name '${roleName}'`,
    `--region ${region}`,
    `--endpoint kms-vpc.${region}.aliyuncs.com`,
    '--SecretName "$1"',
  ].join(" ");
  const print = `python3 -c 'import json, sys; sys.stdout.write(json.load(sys.stdin)["SecretData"])'`;
  return `fetch() { ${get} | ${print}; }`;
}

/** The name in a secret's resource name, acs:kms:cn-hangzhou:1234567890123456:secret/NAME. */
function secretNameOf(reference: string): string {
  return reference.slice(reference.indexOf("/") + 1);
}
