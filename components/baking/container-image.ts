import { existsSync } from "node:fs";
import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { projectFolder, versionsOf } from "./build";
import type { ImageBuild } from "../spec";
import { dockerConfigurationFile, registryHost, registryScheme } from "./docker-configuration";
import { RegistryImageLookup } from "./registry-image";

/** What a container image is baked from, and where it goes. */
export interface ContainerImageArgs {
  /** The service's logical name, with which the names of all its resources begin. */
  readonly name: string;
  /** The component that owns every resource. */
  readonly parent: pulumi.Resource;
  readonly build: ImageBuild;
  /** The version of the release; it is written on the image and is no part of its recipe. */
  readonly version: string;
  /** Where the images are pushed, such as registry.example.com/team/bookstore, without a tag. */
  readonly repository: pulumi.Input<string>;
  /** Minutes that building and pushing one of the two images may take. */
  readonly minutes: number;
}

/** What a base's tag begins with; an app's is the recipe's hash alone, so that a retention rule can tell them apart. */
export const baseTagPrefix = "base-";

type Recipe = docker.types.input.RegistryImageBuild;

/**
 * Registers a base and the app on it, each built by the machine's Docker engine and pushed, and gives the app's reference
 * by digest. No cloud is in it: a repository is a repository.
 */
export function bakeContainerImage({
  name,
  parent,
  build,
  version,
  repository,
  minutes,
}: ContainerImageArgs): pulumi.Output<string> {
  const folder = join(projectFolder, build.recipe.folder, "container");
  const provider = dockerProvider(`${name}-image-docker`, registryLogin(pulumi.output(repository)), parent);
  const labels = { SOURCE: build.labels.source ?? "" };
  // With attestations the tag would name a list of images, and older engines and ECI want one.
  const both = { platform: build.recipe.platform, provenance: "false", sbom: "false" };
  const bake = (resource: string, tag: string, recipe: Recipe): pulumi.Output<string> => {
    const { digest } = new RegistryImageLookup(`${resource}-registry-lookup`, { repository, tag }, { parent });
    const image = new docker.RegistryImage(
      resource,
      {
        name: pulumi.interpolate`${repository}:${tag}`,
        build: digest.apply((found): pulumi.Output<pulumi.Unwrap<Recipe>> =>
          pulumi.output(found === "" ? recipe : again(pulumi.interpolate`${repository}@${found}`, both)),
        ),
        keepRemotely: true,
      },
      // Whatever is no part of the recipe bakes nothing: its hash is in the name. So a change of a label, or of the folder
      // that the project lies in, is none.
      { parent, provider, ignoreChanges: ["build"], customTimeouts: { create: `${minutes}m` } },
    );
    return pulumi.interpolate`${repository}@${image.sha256Digest}`;
  };
  const base = bake(`${name}-image-base-${build.baseTag}`, `${baseTagPrefix}${build.baseTag}`, {
    ...both,
    context: join(folder, "base"),
    buildArgs: { ...versionsOf(build.recipe.folder), ...build.recipe.arguments, ...labels, OS: build.recipe.from },
  });
  return bake(`${name}-image-app-${build.tag}`, build.tag, {
    ...both,
    // The project's folder, because the artifact may lie anywhere in it; only what the Dockerfile copies is sent.
    context: projectFolder,
    dockerfile: join(folder, "app", "Dockerfile"),
    buildArgs: {
      ...build.recipe.arguments,
      ...labels,
      REVISION: build.labels.revision ?? "",
      VERSION: version,
      BASE: base,
      WAR: build.recipe.artifact,
    },
  });
}

/** What is there already, under its own tag: the engine fetches it, and pushing it changes nothing. */
function again(reference: pulumi.Output<string>, both: Partial<Recipe>): Recipe {
  return { ...both, context: __dirname, dockerfile: "existing.Dockerfile", buildArgs: { IMAGE: reference } };
}

/** Docker's provider with one registry. */
function dockerProvider(
  name: string,
  login: pulumi.Input<docker.types.input.ProviderRegistryAuth>,
  parent: pulumi.Resource,
): docker.Provider {
  const registryAuth = [login];
  // The SDK turns it into a text of JSON, which only a plugin that knows it by this very name turns back; as it is, each does.
  const asItIs: pulumi.ResourceTransformation = ({ props, opts }) => ({
    props: { ...(props as object), registryAuth },
    opts,
  });
  return new docker.Provider(name, { registryAuth }, { parent, transformations: [asItIs] });
}

/**
 * The machine's own login: no password is in the program or in the state. Docker's provider refuses to start where
 * Docker's configuration does not exist; such a machine has no login, and can still show a plan and change everything else.
 */
function registryLogin(repository: pulumi.Output<string>): pulumi.Input<docker.types.input.ProviderRegistryAuth> {
  const missing = !existsSync(dockerConfigurationFile());
  return { address: repository.apply(registryAddress), ...(missing ? { configFileContent: "{}" } : {}) };
}

/** The registry's address for Docker's provider, which assumes TLS for an address without a scheme. */
function registryAddress(repository: string): string {
  const host = registryHost(repository);
  return registryScheme(host) === "http" ? `http://${host}` : host;
}
