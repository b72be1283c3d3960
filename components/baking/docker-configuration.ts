import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The file of Docker's configuration on this machine. `DOCKER_CONFIG` may name the file or its folder. */
export function dockerConfigurationFile(): string {
  const configured = process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");
  return existsSync(configured) && statSync(configured).isDirectory() ? join(configured, "config.json") : configured;
}

/** The host, with its port if any, of a repository such as registry.example.com/team/bookstore. */
export function registryHost(repository: string): string {
  return repository.slice(0, repository.indexOf("/"));
}

/** The URL scheme of a registry. Like the Docker engine, this uses plain HTTP on the loopback interface only. */
export function registryScheme(host: string): "http" | "https" {
  return /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host) ? "http" : "https";
}
