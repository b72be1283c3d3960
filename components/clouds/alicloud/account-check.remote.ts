import { type Inputs, compareAccounts, created } from "../account-check.remote";
import { credentials } from "./credentials.remote";
import { accountOf } from "./sts.remote";

export { created as create };

/** Compares the provider's account with that of the remote modules. */
export function check(inputs: Inputs): Promise<string | undefined> {
  return compareAccounts(
    inputs,
    async () => accountOf(await credentials(), inputs.region),
    "set the credentials by keys of the stack's configuration, such as alicloud:profile, or in the environment, " +
      "which both use; a program with credentials of its own makes its providers with alicloudProviders",
  );
}
