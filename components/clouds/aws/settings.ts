import * as pulumi from "@pulumi/pulumi";
import { parseValue } from "../../config-values";
import type { Problem } from "../../stack-file/problems";
import type { CloudOptions } from "../cloud";
import { readRegion, refuseKeys } from "../settings";
import { regions } from "./regions";

/** A role that is assumed with the credentials before it. */
export interface AwsRole {
  readonly roleArn: pulumi.Input<string>;
  readonly sessionName?: pulumi.Input<string>;
  readonly externalId?: pulumi.Input<string>;
  /** Such as 1h or 45m. */
  readonly duration?: pulumi.Input<string>;
  readonly policy?: pulumi.Input<string>;
  readonly policyArns?: pulumi.Input<pulumi.Input<string>[]>;
  readonly sourceIdentity?: pulumi.Input<string>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transitiveTagKeys?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * The settings of `awsProviders`: those of Pulumi's provider for AWS that a service's own requests can use too, with
 * the names and meanings that they have there.
 */
export interface AwsProviderSettings {
  readonly region: pulumi.Input<string>;
  readonly profile?: pulumi.Input<string>;
  readonly accessKey?: pulumi.Input<string>;
  readonly secretKey?: pulumi.Input<string>;
  readonly token?: pulumi.Input<string>;
  readonly assumeRoles?: readonly AwsRole[];
  readonly assumeRoleWithWebIdentity?: Pick<
    AwsRole,
    "roleArn" | "sessionName" | "duration" | "policy" | "policyArns"
  > & {
    readonly webIdentityToken?: pulumi.Input<string>;
    readonly webIdentityTokenFile?: pulumi.Input<string>;
  };
  /** One file. */
  readonly sharedCredentialsFiles?: readonly [pulumi.Input<string>];
  /** One file. */
  readonly sharedConfigFiles?: readonly [pulumi.Input<string>];
  readonly stsRegion?: pulumi.Input<string>;
  /** URLs by service, such as `[{ ec2: "https://…" }]`. */
  readonly endpoints?: readonly Readonly<Record<string, pulumi.Input<string>>>[];
  readonly useFipsEndpoint?: pulumi.Input<boolean>;
  readonly useDualstackEndpoint?: pulumi.Input<boolean>;
  readonly s3UsePathStyle?: pulumi.Input<boolean>;
  readonly allowedAccountIds?: pulumi.Input<pulumi.Input<string>[]>;
  readonly maxRetries?: pulumi.Input<number>;
}

const asVariable = (name: string) => `set ${name} in the environment, which both use, and remove the key`;

/** The provider's keys that credentials.remote.ts and clients.remote.ts cannot honour, with what to do instead. */
const remedies = {
  httpProxy: asVariable("HTTP_PROXY"),
  httpsProxy: asVariable("HTTPS_PROXY"),
  noProxy: asVariable("NO_PROXY"),
  customCaBundle:
    "set AWS_CA_BUNDLE for the provider and NODE_EXTRA_CA_CERTS for this program in the environment, and remove the key",
  insecure:
    "trust the certificate through AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS in the environment, and remove the key",
  ec2MetadataServiceEndpoint: asVariable("AWS_EC2_METADATA_SERVICE_ENDPOINT"),
  ec2MetadataServiceEndpointMode: asVariable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
};

/**
 * Reads AWS's own keys. Adds what is wrong with them to `problems`; the result is then incomplete. The keys that name
 * credentials, such as aws:profile, are read by the provider, and in its process by the remote modules.
 */
export function readOptions(problems: Problem[]): CloudOptions {
  refuseKeys("aws", remedies, problems);
  for (const key of ["sharedConfigFiles", "sharedCredentialsFiles"]) refuseSecondFile(key, problems);
  return { region: readRegion(regions, problems) };
}

function refuseSecondFile(key: string, problems: Problem[]): void {
  const files = parseValue(new pulumi.Config("aws").get(key) ?? "");
  if (!Array.isArray(files) || files.length < 2) return;
  problems.push({
    code: "wrong-length",
    path: `aws:${key}`,
    message: `must be a list with one file, got ${files.length}: merge the profiles into one file`,
  });
}
