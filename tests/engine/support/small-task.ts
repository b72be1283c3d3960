/** A task definition of the least that Fargate runs. */
import { type ContainerDefinition, type ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";

/** Registers the task definition `app`. `container` is what its one container has beside a name and an image. */
export async function registerSmallTask(containers: ECSClient, container: ContainerDefinition = {}): Promise<void> {
  await containers.send(
    new RegisterTaskDefinitionCommand({
      family: "app",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "app", image: "app", ...container }],
    }),
  );
}
