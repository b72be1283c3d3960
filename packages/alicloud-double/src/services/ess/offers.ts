import { containerGroupProblem } from "../../activation";
import type { Value } from "../../models/shape";
import type { World } from "../../world";
import { asText } from "../../values";
import { pullProblem } from "../cr/pull";
import { problemOfLaunch } from "../ecs/launch";
import { folderOf, mountsIn } from "../nas/folder";
import { isInForce } from "../ram/role";
import { ensureServiceLinkedRole } from "../resourcemanager";
import { initProblem } from "./init-container";
import type { ScalingGroup } from "./records";

/** What Auto Scaling accepts, and what then fails when it starts an instance. */

/**
 * Instance types that some regions sell, none of them in mainland China.
 * https://www.alibabacloud.com/help/en/ecs/user-guide/shared-instance-families
 */
const soldOnlyIn: Readonly<Record<string, RegExp>> = {
  "ecs.e-c4m1.large": /^(ap-|eu-|us-|cn-hongkong$)/,
  "ecs.e-c2m1.large": /^(ap-|eu-|us-|cn-hongkong$)/,
};

/**
 * What ECI reports where a zone has no more of what a container group asks for:
 * https://www.alibabacloud.com/help/en/eci/user-guide/custom-events-of-elastic-container-instance
 */
const noContainers = "NoStock: Create ECI failed because the specified instance is out of stock.";

/** What a group may start: instances of these types, or a container group of a size, which has an empty type. */
export interface Wanted {
  kind: ScalingGroup["type"];
  types: readonly string[];
  settings: Readonly<Record<string, unknown>>;
}

/** An instance type that a zone has, or why it has none of those that may be tried. */
export function chooseType(
  world: World,
  { kind, types, settings }: Wanted,
  vSwitchId: string,
): { type: string } | { problem: string } {
  const zone = world.network.vSwitches.get(vSwitchId)?.zoneId ?? "";
  const size = { cpu: Number(settings["Cpu"] ?? 2), memoryGiB: Number(settings["Memory"] ?? 4) };
  const isSoldOut = (type: string) =>
    kind === "ECI" && type === "" ? world.machines.lacksContainers(size, zone) : world.machines.soldOut(type, zone);
  const stockProblem = kind === "ECI" ? noContainers : "OperationDenied.NoStock";
  const problems = types.map((type) => typeProblem(world.region, type) ?? (isSoldOut(type) ? stockProblem : undefined));
  const found = types.find((_type, index) => problems[index] === undefined);
  return found === undefined ? { problem: problems[0] ?? "InvalidParameter.InstanceType" } : { type: found };
}

/** Why an instance cannot start from a configuration or a launch template in a vSwitch; undefined if it can. */
export function launchProblem(
  world: World,
  settings: Readonly<Record<string, unknown>>,
  vSwitchId: string,
  { type: kind }: ScalingGroup,
  instanceType: string,
): string | undefined {
  return kind === "ECI"
    ? (volumeProblem() ?? initProblem(world, settings, vSwitchId) ?? imageProblem())
    : machineProblem();

  function machineProblem(): string | undefined {
    const role = asText(settings["RamRoleName"]);
    if (role !== "" && !isInForce(world, role)) return `InvalidRamRole.NotFound: ${role}`;
    const problem = problemOfLaunch(world, {
      imageId: asText(settings["ImageId"]),
      instanceType,
      ...disksIn(settings),
      zoneId: world.network.vSwitches.get(vSwitchId)?.zoneId ?? "",
      sizeGiB: Number(settings["SystemDisk.Size"] ?? 40),
      isEncrypted: asText(settings["SystemDisk.Encrypted"]) === "true",
      requiresToken: settings["HttpTokens"] === "required",
    });
    return problem ? `${problem.code}: ${problem.message}` : securityGroupProblem(world, settings, vSwitchId);
  }

  function imageProblem(): string | undefined {
    const containers = (settings["Container"] ?? []) as readonly Record<string, Value>[];
    const problem = containerGroupProblem(
      world.activated,
      containers.map(({ Image }) => asText(Image)),
    );
    if (problem !== undefined) return problem;
    // https://www.alibabacloud.com/help/en/eci/api-createcontainergroup
    if (!ensureServiceLinkedRole(world, "eci.aliyuncs.com"))
      return "CreateServiceLinkedRole.Denied: Please make sure the account has ram:CreateServiceLinkedRole permission.";
    return containers
      .map(({ Image }) => pullProblem(world, asText(Image), vSwitchId, settings["AcrRegistryInfo"] as Value))
      .find((problem) => problem !== undefined);
  }

  /** A container group starts with its volumes or not at all; the message is the kubelet's. */
  function volumeProblem(): string | undefined {
    const missing = mountsIn(settings).find((mount) => !folderOf(world, mount));
    return (
      missing && `FailedMount: mount.nfs: mounting ${missing.server}:${missing.path} failed: No such file or directory`
    );
  }
}

/** The categories of disks in a launch template, whose names have dots, or in a scaling configuration. */
function disksIn(settings: Readonly<Record<string, unknown>>) {
  const system = settings["SystemDisk.Category"] ?? (settings["SystemDisk"] as Disk | undefined)?.Category;
  const data = settings["DataDisk"] ?? (settings["DataDisks"] as { DataDisk?: unknown } | undefined)?.DataDisk;
  return {
    system: system === undefined ? undefined : asText(system),
    data: ((data ?? []) as readonly Disk[]).map(({ Category }) => Category),
  };
}

interface Disk {
  readonly Category?: string;
}

/** The security groups of a configuration or a launch template. */
export function securityGroupsIn(settings: Readonly<Record<string, unknown>>): string[] {
  const many = settings["SecurityGroupIds"];
  const list: unknown[] = Array.isArray(many)
    ? (many as unknown[])
    : ((many as { SecurityGroupId?: unknown[] } | undefined)?.SecurityGroupId ?? []);
  return [settings["SecurityGroupId"], ...list].filter(Boolean).map(String);
}

/** https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-joinsecuritygroup */
const mostSecurityGroups = 5;

/**
 * Groups of one instance are in its VPC and of one kind, basic or advanced; the codes of the last two are not documented.
 * https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances, SecurityGroupIds
 */
function securityGroupProblem(
  world: World,
  settings: Readonly<Record<string, unknown>>,
  vSwitchId: string,
): string | undefined {
  const ids = securityGroupsIn(settings);
  const groups = ids.flatMap((id) => world.network.securityGroups.get(id) ?? []);
  const vpcId = world.network.vSwitches.get(vSwitchId)?.vpcId;
  if (groups.length < ids.length) return "InvalidSecurityGroupId.NotFound";
  if (groups.some((group) => group.vpcId !== vpcId)) return "InvalidSecurityGroupId.VPCMismatch";
  if (new Set(groups.map(({ type }) => type)).size > 1) return "InvalidSecurityGroupId.TypeMismatch";
  return ids.length > mostSecurityGroups ? "SecurityGroupInstanceLimitExceed" : undefined;
}

/** The error code with which the region refuses to start an instance of this type; undefined if it sells the type. */
export function typeProblem(region: string, instanceType: string): string | undefined {
  const sold = soldOnlyIn[instanceType];
  return sold === undefined || sold.test(region) ? undefined : "InvalidResourceType.NotSupported";
}
