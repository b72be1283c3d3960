import type { Value } from "../../models/shape";
import type { World } from "../../world";
import { reachesInternet } from "../vpc/egress";
import type { RegistryInstance } from "./records";

const enterprise = /^(?<name>[a-z0-9-]+)-registry(?<inside>-vpc)?\.(?<region>[a-z0-9-]+)\.cr\.aliyuncs\.com$/;
const personal = /^registry(?<inside>-vpc)?\.(?<region>[a-z0-9-]+)\.aliyuncs\.com$/;
/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html */
const elasticContainerRegistry = /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;

/**
 * Why a container group in a vSwitch cannot pull an image; undefined if it can. An instance of the Enterprise Edition
 * is closed to the internet and to every VPC that is not linked to it, and needs to be named for its custom domains:
 * https://www.alibabacloud.com/help/en/eci/user-guide/pull-images-from-a-container-registry-enterprise-edition-instance-without-using-a-secret-1
 */
export function pullProblem(
  world: World,
  image: string,
  vSwitchId: string,
  registryInfos: Value | undefined,
): string | undefined {
  const host = image.slice(0, image.indexOf("/"));
  const failed = (why: string) => `ErrImagePull: failed to pull image "${image}": ${why}`;
  const unresolved = failed(`lookup ${host}: no such host`);
  const unreachable = failed(`dial tcp ${host}:443: i/o timeout`);
  if (elasticContainerRegistry.test(host)) return failed("no basic auth credentials");
  const named = (enterprise.exec(host) ?? personal.exec(host))?.groups;
  const instance = [...world.registries.instances.values()].find(
    (one) => one.name === named?.["name"] || one.customDomains?.includes(host),
  );
  if (named && !named["name"] && named["inside"]) return named["region"] === world.region ? undefined : unresolved;
  if (named?.["name"] && !instance) return unresolved;
  if (instance && !named && !namesInstance(registryInfos, instance.id)) return failed("unauthorized");
  if (instance && (named?.["inside"] ?? !named))
    return isLinked(world, instance, vSwitchId) && (!named || named["region"] === world.region)
      ? undefined
      : unresolved;
  const isOpen = instance === undefined || instance.isPublic === true;
  return isOpen && reachesInternet(world, vSwitchId) ? undefined : unreachable;
}

function isLinked(world: World, instance: RegistryInstance, vSwitchId: string): boolean {
  const vpcId = world.network.vSwitches.get(vSwitchId)?.vpcId;
  return (
    world.registries.tables.registryLinks.find(
      (one) => one.instanceId === instance.id && one.vpcId === vpcId && one.status === "RUNNING" && one.resolves,
    ) !== undefined
  );
}

function namesInstance(registryInfos: Value | undefined, id: string): boolean {
  return JSON.stringify(registryInfos ?? "").includes(`"${id}"`);
}
