import type { Created } from "../../remote";
import { Api, codeOf, isForbidden, isPassing, untilFree } from "./api.remote";

/** The inputs of a lookup of secrets' keys. */
export interface Inputs {
  readonly region: string;
  /** The URL of KMS's API. */
  readonly endpoint: string;
  /** The resource names of the secrets: `acs:kms:REGION:ACCOUNT:secret/NAME`. */
  readonly secrets: readonly string[];
}

/** The outputs of a lookup of secrets' keys. */
export interface Outputs extends Inputs {
  /** The resource names of the keys, sorted. */
  readonly keys: readonly string[];
}

/** Looks the keys up. Fails where a secret does not exist; takes all keys where the credentials may not look. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const found = await Promise.all(inputs.secrets.map((secret) => keyOf(inputs, secret)));
  const keys = [...new Set(found.flat())].sort();
  return { id: inputs.secrets.join(","), outs: { ...inputs, keys } };
}

async function keyOf({ endpoint, region }: Inputs, secret: string): Promise<string[]> {
  const api = new Api("kms", endpoint, { RegionId: region });
  const [account, name] = splitAt(secret, ":secret/");
  try {
    const { EncryptionKeyId = "" } = await untilFree(
      () => api.request<{ readonly EncryptionKeyId?: string }>("DescribeSecret", { SecretName: name }),
      60,
    );
    // A key of KMS itself has no id, or an alias that begins so.
    if (EncryptionKeyId === "" || EncryptionKeyId.startsWith("alias/acs/")) return [];
    return [`${account}:${EncryptionKeyId.startsWith("alias/") ? "key/*" : `key/${EncryptionKeyId}`}`];
  } catch (error) {
    if (codeOf(error) === "Forbidden.ResourceNotFound")
      throw new Error(`the secret ${secret} does not exist`, { cause: error });
    if (isForbidden(error) && !isPassing(error)) return [`${account}:key/*`];
    throw error;
  }
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
