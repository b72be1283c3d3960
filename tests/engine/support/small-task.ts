/** A task definition of the least that Fargate runs. */
import {
  type ContainerDefinition,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandOutput,
  type Volume,
} from "@aws-sdk/client-ecs";

/** Registers a task definition, by default `app`. `container` is what its one container has beside a name and an image. */
export function registerSmallTask(
  containers: ECSClient,
  container: ContainerDefinition = {},
  volumes: Volume[] = [],
  family = "app",
): Promise<RegisterTaskDefinitionCommandOutput> {
  return containers.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      volumes,
      containerDefinitions: [{ name: "app", image: "app", ...container }],
    }),
  );
}
