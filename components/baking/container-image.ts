import { existsSync } from "node:fs";
import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { versionsOf } from "./build";
import type { ImageBuild } from "../spec";
import { dockerConfigurationFile, registryHost, registryScheme } from "./docker-configuration";
import { RegistryImageLookup } from "./registry-image";

/** What a container image is baked from, and where it is pushed. */
export interface ContainerImageArgs {
  /** The service's logical name, with which the names of all its resources begin. */
  readonly name: string;
  /** The component that owns every resource. */
  readonly parent: pulumi.Resource;
  readonly build: ImageBuild;
  /** The folder that the build's paths start from. */
  readonly projectFolder: string;
  /** The version of the release. It is a label of the image and no part of its recipe. */
  readonly version: string;
  /** The repository without a tag, such as registry.example.com/team/bookstore. */
  readonly repository: pulumi.Input<string>;
  /** Minutes within which one of the two images has to be built and pushed. */
  readonly minutes: number;
}

/** The prefix of a base's tag. An app's tag has none, so that retention rules can distinguish bases from apps. */
export const baseTagPrefix = "base-";

type DockerBuild = docker.types.input.RegistryImageBuild;

/**
 * Registers a base and the app on it, each built by the machine's Docker engine and pushed, and returns the app's
 * reference by digest. The same on every cloud, because a repository is all that it needs.
 */
export function bakeContainerImage({
  name,
  parent,
  build,
  projectFolder,
  version,
  repository,
  minutes,
}: ContainerImageArgs): pulumi.Output<string> {
  const folder = join(projectFolder, build.recipe.folder, "container");
  const provider = dockerProvider(`${name}-image-docker`, registryLogin(pulumi.output(repository)), parent);
  const labels = { SOURCE: build.labels.source ?? "" };
  // With attestations the tag would name an image index, but older engines and ECI need a single image.
  const common = { platform: build.recipe.platform, provenance: "false", sbom: "false" };
  const bake = (resource: string, tag: string, dockerBuild: DockerBuild, after: readonly pulumi.Resource[] = []) => {
    const { digest } = new RegistryImageLookup(`${resource}-registry-lookup`, { repository, tag }, { parent });
    const image = new docker.RegistryImage(
      resource,
      {
        name: pulumi.interpolate`${repository}:${tag}`,
        build: digest.apply((existing): pulumi.Output<pulumi.Unwrap<DockerBuild>> =>
          pulumi.output(
            existing === ""
              ? dockerBuild
              : { ...common, ...fromExisting(pulumi.interpolate`${repository}@${existing}`) },
          ),
        ),
        keepRemotely: true,
      },
      // Only the recipe, whose hash is in the name, makes a new image. Ignored are changes of anything else, such as a
      // label or the project's folder.
      {
        parent,
        provider,
        dependsOn: [...after],
        ignoreChanges: ["build"],
        customTimeouts: { create: `${minutes}m` },
      },
    );
    return { image, reference: pulumi.interpolate`${repository}@${image.sha256Digest}` };
  };
  const base = bake(`${name}-image-base-${build.baseTag}`, `${baseTagPrefix}${build.baseTag}`, {
    ...common,
    context: join(folder, "base"),
    buildArgs: {
      ...versionsOf(build.recipe.folder, projectFolder),
      ...build.recipe.arguments,
      ...labels,
      OS: build.recipe.from,
    },
  });
  const app: DockerBuild = {
    ...common,
    // The project's folder, because the artifact may be anywhere in it. Docker sends only what the Dockerfile copies.
    context: projectFolder,
    dockerfile: join(folder, "app", "Dockerfile"),
    buildArgs: {
      ...build.recipe.arguments,
      ...labels,
      REVISION: build.labels.revision ?? "",
      VERSION: version,
      BASE: base.reference,
      WAR: build.recipe.artifact,
    },
  };
  // After the base, also where both exist: of two builds that fetch the same layers at once, BuildKit may fail one with
  // "no active sessions".
  return bake(`${name}-image-app-${build.tag}`, build.tag, app, [base.image]).reference;
}

/** An existing image, rebuilt as `FROM <digest>`, so that the push changes nothing. */
function fromExisting(reference: pulumi.Output<string>): DockerBuild {
  return { context: __dirname, dockerfile: "existing.Dockerfile", buildArgs: { IMAGE: reference } };
}

/** Registers Docker's provider for one registry. */
function dockerProvider(
  name: string,
  login: pulumi.Input<docker.types.input.ProviderRegistryAuth>,
  parent: pulumi.Resource,
): docker.Provider {
  const registryAuth = [login];
  // The SDK serializes this input to JSON, which only a plugin that knows it by this name parses; all take a list.
  const asList: pulumi.ResourceTransformation = ({ props, opts }) => ({
    props: { ...(props as object), registryAuth },
    opts,
  });
  return new docker.Provider(name, { registryAuth }, { parent, transformations: [asList] });
}

/**
 * The machine's own login, so that no password is in the program or in the state. Docker's provider does not start on a
 * machine without Docker's configuration. With an empty one, such a machine can still plan, and change everything else.
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
