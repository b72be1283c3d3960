import type { Created } from "./remote";

/** The values that a release holds. */
export interface Inputs {
  /** The release's id. */
  readonly release: string;
  /** By the path in the release's shape, such as `environment.DB_HOST`. */
  readonly values: Readonly<Record<string, string>>;
}

/** Records the values. */
export function create(inputs: Inputs): Promise<Created<Inputs>> {
  return Promise.resolve({ id: inputs.release, outs: inputs });
}
