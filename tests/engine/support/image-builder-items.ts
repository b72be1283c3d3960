/** What the double of EC2 Image Builder stores: its kinds of resources, builds and errors. */

/** A resource as the service stores it. */
export type Item = Record<string, unknown>;

/** How a build ends. With `leavesMachine` its instance keeps running, as when the service cannot stop it. */
export type Outcome =
  | { readonly succeeds: true }
  | { readonly fails: "BUILD" | "TEST" | "DISTRIBUTION"; readonly leavesMachine?: boolean }
  | { readonly hangs: true };

/** A running or ended build. */
export interface Build {
  readonly arn: string;
  readonly recipe: Item;
  readonly tags: Record<string, string>;
  readonly outcome: Outcome;
  readonly machine: string;
  /** How many times it has been polled. */
  polls: number;
  status: string;
  reason?: string;
  ami?: string;
}

/** An error that the service answers with. */
export class Refusal extends Error {
  constructor(
    readonly type:
      | "InvalidRequestException"
      | "ResourceAlreadyExistsException"
      | "ResourceNotFoundException"
      | "ResourceDependencyException",
    message: string,
  ) {
    super(message);
  }
}

/**
 * The resources, by the word in the names of their operations: their field in answers, their ARN's field and its path.
 */
export const kinds: Readonly<
  Record<string, { readonly field: string; readonly arn: string; readonly path: (item: Item) => string }>
> = {
  Component: {
    field: "component",
    arn: "componentBuildVersionArn",
    path: (item) => `component/${nameOf(item)}/${String(item.semanticVersion)}/1`,
  },
  ImageRecipe: {
    field: "imageRecipe",
    arn: "imageRecipeArn",
    path: (item) => `image-recipe/${nameOf(item)}/${String(item.semanticVersion)}`,
  },
  InfrastructureConfiguration: {
    field: "infrastructureConfiguration",
    arn: "infrastructureConfigurationArn",
    path: (item) => `infrastructure-configuration/${nameOf(item)}`,
  },
  DistributionConfiguration: {
    field: "distributionConfiguration",
    arn: "distributionConfigurationArn",
    path: (item) => `distribution-configuration/${nameOf(item)}`,
  },
  LifecyclePolicy: {
    field: "lifecyclePolicy",
    arn: "lifecyclePolicyArn",
    path: (item) => `lifecycle-policy/${nameOf(item)}`,
  },
};

/** A resource's name as it appears in an ARN. */
export function nameOf({ name }: Item): string {
  return String(name).toLowerCase().replaceAll(/[ _]/g, "-");
}
