import * as pulumi from "@pulumi/pulumi";
import type { InstanceSpec } from "../../spec";
import { cloudConfig, configFolder, logFolder } from "../cloud-init";

/** What the user data of a virtual machine is rendered from. */
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

/**
 * EC2's limit on user data before it is encoded, in bytes.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
 */
export const userDataLimit = 16_384;

/** Renders user data once all its inputs are known. */
export function userData(data: UserData): pulumi.Output<string> {
  return pulumi.output(data).apply(renderUserData);
}

/** Renders user data from plain values. */
export function renderUserData({ region, variables, secrets, logGroupName, share }: pulumi.Unwrap<UserData>): string {
  const agentConfig = `${configFolder}/amazon-cloudwatch-agent.json`;
  return cloudConfig({
    variables,
    secrets,
    secretStore: { functions: [], fetch: (reference) => fetchCommand(region, reference) },
    logAgent: {
      file: { path: agentConfig, content: JSON.stringify(followLogs(logGroupName, variables.SERVICE_RELEASE ?? "")) },
      command: ["amazon-cloudwatch-agent-ctl", "-a", "fetch-config", "-m", "ec2", "-s", "-c", `file:${agentConfig}`],
    },
    share: share && {
      type: "efs",
      options: `tls,iam,accesspoint=${share.accessPointId}`,
      source: `${share.fileSystemId}:/`,
      path: share.path,
    },
  });
}

/** The CloudWatch agent's configuration: one log stream per release and instance. */
function followLogs(logGroupName: string, release: string) {
  return {
    logs: {
      logs_collected: {
        files: {
          collect_list: [
            {
              file_path: `${logFolder}/*.log`,
              log_group_name: logGroupName,
              log_stream_name: `${release}/{instance_id}`,
            },
          ],
        },
      },
    },
  };
}

/** Reads a secret of Secrets Manager or a parameter of Systems Manager with the instance's role. */
function fetchCommand(region: string, reference: string): string {
  const [command, query] = reference.includes(":ssm:")
    ? [`ssm get-parameter --region ${region} --with-decryption --name '${reference}'`, "Parameter.Value"]
    : [`secretsmanager get-secret-value --region ${region} --secret-id '${reference}'`, "SecretString"];
  return `aws ${command} --query ${query} --output text`;
}
