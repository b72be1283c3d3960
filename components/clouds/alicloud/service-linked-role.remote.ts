import type { Created } from "../../remote";
import { Api, describeError, isForbidden, withRetries } from "./api.remote";

/** The inputs of a service-linked role. */
export interface Inputs {
  /** The service that uses the role, such as ess.aliyuncs.com. */
  readonly service: string;
  /** The name that the service gives its role. */
  readonly role: string;
  /** The URL of Resource Manager's API. */
  readonly endpoint: string;
}

/** Creates the role unless the account has it. */
export async function create(inputs: Inputs): Promise<Created<Inputs>> {
  const { endpoint, role, service } = inputs;
  const api = new Api("resourcemanager", endpoint);
  try {
    await withRetries(() => createRole(api, service));
  } catch (error) {
    if (!isForbidden(error)) throw error;
    if (!(await exists(api, role))) {
      throw new Error(
        `the account has no role ${role}, which ${service} needs, and these credentials may not create it ` +
          `(${describeError(error)}). ` +
          `Somebody who may has to run this once: aliyun resourcemanager CreateServiceLinkedRole --ServiceName ${service}`,
        { cause: error },
      );
    }
  }
  return { id: role, outs: inputs };
}

async function createRole(api: Api, service: string): Promise<void> {
  try {
    await api.request("CreateServiceLinkedRole", { ServiceName: service });
  } catch (error) {
    // An account has the role once, and every stack of the account uses it.
    if (!describeError(error).includes("EntityAlreadyExists.Role")) throw error;
  }
}

async function exists(api: Api, role: string): Promise<boolean> {
  return api.request("GetRole", { RoleName: role }).then(
    () => true,
    () => false,
  );
}
