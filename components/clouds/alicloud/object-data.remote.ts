import type { Created } from "../../remote";
import { Oss } from "./oss.remote";

/** The inputs of a check of a bucket's objects. */
export interface Inputs {
  readonly region: string;
  /** The URL of OSS's API. */
  readonly endpoint: string;
  readonly bucket: string;
}

/** Lists the bucket's first object. Where the account may not, the error says what to do. */
export async function create(inputs: Inputs): Promise<Created<Inputs>> {
  const { region, endpoint, bucket } = inputs;
  await new Oss(region, endpoint).request("GET", { bucket, query: { "list-type": "2", "max-keys": "1" } });
  return { id: bucket, outs: inputs };
}
