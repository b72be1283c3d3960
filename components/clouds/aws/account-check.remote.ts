import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Inputs, compareAccounts, created } from "../account-check.remote";
import { clientSettings } from "./clients.remote";

export { created as create };

/** Compares the provider's account with that of the remote modules. */
export function check(inputs: Inputs): Promise<string | undefined> {
  return compareAccounts(
    inputs,
    async () => {
      const client = new STSClient(clientSettings(inputs.region, "sts"));
      return (await client.send(new GetCallerIdentityCommand({}))).Account ?? "";
    },
    "set the credentials by keys of the stack's configuration, such as aws:profile, or in the environment, " +
      "which both use; a program with credentials of its own makes its providers with awsProviders",
  );
}
