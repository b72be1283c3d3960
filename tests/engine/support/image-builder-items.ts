/** What EC2 Image Builder keeps: its kinds of items, builds and refusals. */

/** An item as the service stores it. */
export type Item = Record<string, unknown>;

/** How a build goes. `left` says that the service leaves its machine running, as it does where it cannot stop it. */
export type Outcome =
  | { readonly passes: true }
  | { readonly fails: "BUILD" | "TEST" | "DISTRIBUTION"; readonly left?: boolean }
  | { readonly hangs: true };

/** A build under way or ended. */
export interface Build {
  readonly arn: string;
  readonly recipe: Item;
  readonly tags: Record<string, string>;
  readonly outcome: Outcome;
  readonly machine: string;
  /** How often it has been asked for. */
  asked: number;
  status: string;
  reason?: string;
  ami?: string;
}

/** A request that the service refuses. */
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

/** What can be made, read, changed and deleted, by the word in its operations: what answers call it, and its part of an ARN. */
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

/** An item's name. */
export function nameOf({ name }: Item): string {
  return String(name).toLowerCase().replaceAll(/[ _]/g, "-");
}
