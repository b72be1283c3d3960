/** The namespace of the project's own keys in a stack's configuration. */
export const configNamespace = "immutable-service";

/** The key that describes the service. */
export const serviceKey = `${configNamespace}:service`;

/** The global symbol under which the dynamic provider's process keeps the stack's configuration. */
export const processConfigSymbol = `${configNamespace}/config`;
