import { errorOf } from "../error-message";
import type { Created } from "../remote";

/** The inputs of the check. */
export interface Inputs {
  readonly region: string;
  /** The account that the provider uses; empty where it cannot say. */
  readonly account: string;
}

/** What the check returns where both use the same account. */
export function created(inputs: Inputs): Promise<Created<Inputs>> {
  return Promise.resolve({ id: "account", outs: inputs });
}

/**
 * Compares the provider's account with the one that `find` returns for the remote modules. Returns what is wrong, or
 * undefined. `remedy` ends the sentence: what to set.
 */
export async function compareAccounts(
  { account }: Inputs,
  find: () => Promise<string>,
  remedy: string,
): Promise<string | undefined> {
  // The provider fails by itself, with its own message, as soon as it is to create something.
  if (account === "") return undefined;
  const own = await find().catch(errorOf);
  if (own === account) return undefined;
  const found = own instanceof Error ? `have no account (${own.message.split("\n")[0]})` : `the account ${own}`;
  return (
    `the provider uses the account ${account}, and the requests that this program makes itself ` +
    `${own instanceof Error ? found : `use ${found}`}, so nothing was changed: ${remedy}`
  );
}
