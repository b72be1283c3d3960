import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";

/** A profile as `aliyun configure` writes it: those of its fields that every mode has, and those of the basic modes. */
export interface Profile {
  readonly name?: string;
  readonly mode?: string;
  readonly access_key_id?: string;
  readonly access_key_secret?: string;
  readonly sts_token?: string;
  /** When the session with the token ends, in seconds since 1970. */
  readonly sts_expiration?: number;
  readonly ram_role_name?: string;
  readonly ram_role_arn?: string;
  readonly ram_session_name?: string;
  readonly expired_seconds?: number;
}

/** The modes that Alibaba Cloud's own library has to read. */
const dynamicModes = ["ChainableRamRoleArn", "CloudSSO", "External", "OAuth"];

/** The file with the profiles, by default that of `aliyun configure`. */
export function profilesFile(given = "~/.aliyun/config.json"): string {
  return given.replace(/^~(?=\/)/, homedir());
}

/** Reads a profile; undefined where the file does not exist or does not have it. */
export function readProfile(name: string, given?: string): Profile | undefined {
  const file = profilesFile(given);
  if (!existsSync(file)) return undefined;
  const { profiles = [] } = JSON.parse(readFileSync(file, "utf8")) as { profiles?: Profile[] };
  return profiles.find((one) => one.name === name);
}

/** Whether a profile only describes how credentials are fetched. */
export function isDynamic({ mode = "" }: Profile): boolean {
  return dynamicModes.includes(mode);
}
