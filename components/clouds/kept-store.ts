import type * as pulumi from "@pulumi/pulumi";
import type { RemoteArgs } from "../remote";
import type { StackFacts } from "./cloud";
import type { Context } from "./context";
import type { StoreInputs, WhenRemoved } from "./kept-store.remote";

/** The arguments that the stores of every cloud have. */
export type StoreArgs = {
  readonly [Name in keyof StoreInputs]: RemoteArgs<{ create: (inputs: StoreInputs) => unknown }>[Name];
};

/** The arguments of a service's store. `page` is its page of the console, with `{id}` for its id. */
export function storeArgs(
  { name, facts }: Context<unknown>,
  store: {
    readonly resource: string;
    readonly tags: Readonly<Record<string, pulumi.Input<string>>>;
    readonly whenRemoved: WhenRemoved;
    readonly page: string;
  },
): StoreArgs {
  const { region, project, stack }: StackFacts = facts;
  const { resource, tags, whenRemoved, page } = store;
  return { region, resource, tags, keptFor: `${project}/${stack}/${name}`, whenRemoved, console: page };
}

/** The inputs of a store whose change updates it. */
export const updatedStoreInputs = ["tags", "keptFor", "whenRemoved", "console", "renewal"] as const;

/**
 * What is the same of every kind of store. A store outlives its removal from the stack unless it is to be deleted, and
 * the same stack takes it back.
 */
export const storeKind = {
  outputs: {},
  replaceOnChanges: ["region"],
  updateOnChanges: updatedStoreInputs,
  reads: true,
  deletes: true,
} as const;

/**
 * The options of a store. Replacing it on request must not create a second one beside the one that has the data: the
 * old one is removed, and kept or deleted, before the new one is looked for.
 */
export function storeOptions(parent: pulumi.Resource): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: true };
}

/**
 * The options of what protects a store: it is never deleted before the store. A kept store keeps it, and takes it back
 * with itself, because its creation only sets it again.
 */
export function protectionOptions(parent: pulumi.Resource, store: pulumi.Resource): pulumi.CustomResourceOptions {
  return { parent, deletedWith: store };
}
