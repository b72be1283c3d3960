import type { Value } from "../../models/shape";
import type { Fields } from "../../protocol/fields";
import type { Action, ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import { requireInForce } from "../ram/role";
import type { World } from "../../world";
import { validateContainers } from "./container-settings";
import { noScalingGroup } from "./lookup";
import type { Configuration } from "./records";
import { assertDefined } from "../../values";
import { accepts, page } from "../listing";

const noConfiguration = (id: string) => notFound("InvalidScalingConfigurationId.NotFound", id);
const configurationFields = [
  "RegionId",
  "ScalingGroupId",
  "ScalingConfigurationId",
  "ScalingConfigurationName",
  "ClientToken",
  "Override",
  "OwnerId",
  "OwnerAccount",
  "ResourceOwnerAccount",
];

const modify: Action = ({ fields, world }) => {
  const configuration = world.scaling.configurations.require(fields.string("ScalingConfigurationId"), noConfiguration);
  configuration.name = fields.string("ScalingConfigurationName") ?? configuration.name;
  Object.assign(configuration.settings, parseSettings(fields));
};

const remove: Action = ({ fields, world }) => {
  const configuration = world.scaling.configurations.require(fields.string("ScalingConfigurationId"), noConfiguration);
  const group = world.scaling.scalingGroups.get(configuration.groupId);
  if (group?.activeConfigurationId === configuration.id && group.state === "Active")
    throw inUse(
      "IncorrectScalingConfigurationLifecycleState",
      "The scaling configuration is active in its scaling group.",
    );
  world.scaling.configurations.remove(configuration.id);
};

/** Scaling configurations of ECS instances and of ECI container groups. */
export const scalingConfigurations: ActionGroup = {
  service: "ess",
  actions: {
    CreateScalingConfiguration: create("ECS"),
    CreateEciScalingConfiguration: create("ECI"),
    ModifyScalingConfiguration: modify,
    ModifyEciScalingConfiguration: modify,
    DescribeScalingConfigurations: describe("ECS"),
    DescribeEciScalingConfigurations: describe("ECI"),
    DeleteScalingConfiguration: remove,
    DeleteEciScalingConfiguration: remove,
  },
};

function create(kind: Configuration["kind"]): Action {
  return ({ fields, world }) => {
    const group = world.scaling.scalingGroups.require(fields.string("ScalingGroupId"), noScalingGroup);
    if (group.type !== kind)
      throw new Refusal("InvalidParameter.GroupType", `The scaling group is of type ${group.type}.`);
    if (group.state === "Deleting")
      throw new Refusal("IncorrectScalingGroupStatus", "The scaling group is being deleted.");
    const name = fields.string("ScalingConfigurationName") ?? "";
    if (world.scaling.configurations.find((other) => other.groupId === group.id && name !== "" && other.name === name))
      throw new Refusal(
        "InvalidScalingConfigurationName.Duplicate",
        `The scaling configuration's name is taken: ${name}.`,
      );
    validate(world, fields, kind);
    const id = world.newId("asc");
    world.scaling.configurations.put(id, {
      id,
      groupId: group.id,
      kind,
      name: name || id,
      created: world.timestamp(true),
      settings: parseSettings(fields),
    });
    return { ScalingConfigurationId: id };
  };
}

function describe(kind: Configuration["kind"]): Action {
  return ({ fields, world }) => {
    const ids = fields.strings("ScalingConfigurationId");
    const groupId = fields.string("ScalingGroupId");
    const found = world.scaling.configurations.where(
      (one) => one.kind === kind && accepts(ids, one.id) && (groupId === undefined || one.groupId === groupId),
    );
    const out = found.map((one) => configurationResponse(world, one));
    // The response of the ECI action has no wrapper.
    return {
      ScalingConfigurations: kind === "ECI" ? out : { ScalingConfiguration: out },
      ...page(found.length),
    };
  };
}

/** Refuses unknown security groups and roles, and a missing container, image or instance type. */
function validate(world: World, fields: Fields, kind: Configuration["kind"]): void {
  for (const id of [fields.string("SecurityGroupId"), ...fields.strings("SecurityGroupIds")])
    if (id) world.network.securityGroups.require(id, "InvalidSecurityGroupId.NotFound");
  const role = fields.string("RamRoleName");
  if (role) requireInForce(world, role);
  if (kind === "ECI") {
    validateContainers(fields);
    validateRegistries(fields);
    return;
  }
  if (!fields.string("ImageId") && !fields.string("ImageName") && !fields.string("ImageFamily"))
    throw new Refusal("MissingParameter.ImageId", "An image is missing.");
  if (
    !["InstanceType", "InstanceTypes", "InstanceTypeOverride", "InstancePatternInfo", "Cpu"].some((name) =>
      fields.has(name),
    )
  )
    throw new Refusal("MissingParameter.InstanceType", "An instance type is missing.");
}

/**
 * An entry for pulling without a secret names the registry's instance:
 * https://www.alibabacloud.com/help/en/eci/user-guide/pull-images-from-a-container-registry-enterprise-edition-instance-without-using-a-secret-1
 */
function validateRegistries(fields: Fields): void {
  if (fields.list("AcrRegistryInfo").some((one) => !one.string("InstanceId")))
    throw new Refusal("MissingParameter.AcrRegistryInfo.InstanceId", "AcrRegistryInfo.N.InstanceId is missing.");
}

function parseSettings(fields: Fields): Record<string, Value> {
  return Object.fromEntries(Object.entries(fields.values).filter(([name]) => !configurationFields.includes(name)));
}

function configurationResponse(world: World, one: Configuration) {
  const group = world.scaling.scalingGroups.get(one.groupId);
  const common = {
    ScalingConfigurationId: one.id,
    ScalingConfigurationName: one.name,
    ScalingGroupId: one.groupId,
    CreationTime: one.created,
    LifecycleState: group?.activeConfigurationId === one.id ? "Active" : "Inactive",
    RegionId: world.region,
  };
  return one.kind === "ECI"
    ? { ...eciSettings(one.settings), SlsEnable: one.settings["EnableSls"] ?? false, ...common }
    : { ...ecsSettings(one.settings), ...common };
}

/**
 * ECS responses flatten disks (`SystemDiskCategory`), except for a few fields with a dot, and wrap lists in their
 * singular.
 */
function ecsSettings(settings: Record<string, Value>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const wrap: Record<string, string> = { InstanceTypes: "InstanceType", SecurityGroupIds: "SecurityGroupId" };
  for (const [name, value] of Object.entries(settings)) {
    if (name === "SystemDisk" || name === "ImageOptions")
      for (const [part, inner] of Object.entries(value as Record<string, Value>))
        out[
          /^(Encrypted|KMSKeyId|EncryptAlgorithm|ProvisionedIops|LoginAsNonRoot)$/.test(part)
            ? `${name}.${part}`
            : name + (part === "DiskName" ? "Name" : part)
        ] = withInferredType(part, inner);
    else if (wrap[name]) out[name] = { [wrap[name]]: value };
    else if (name === "DataDisk") out["DataDisks"] = { DataDisk: value };
    else if (name === "SpotPriceLimit") out["SpotPriceLimit"] = { SpotPriceModel: value };
    else if (name === "InstancePatternInfo") out["InstancePatternInfos"] = { InstancePatternInfo: value };
    else if (name === "Tags" && typeof value === "string")
      out["Tags"] = {
        Tag: Object.entries(JSON.parse(value || "{}") as Record<string, string>).map(([Key, Value]) => ({
          Key,
          Value,
        })),
      };
    else if (name === "UserData") out[name] = value;
    else out[name] = value;
  }
  out["InstanceTypes"] ??= { InstanceType: settings["InstanceType"] ? [settings["InstanceType"]] : [] };
  return out;
}

/**
 * ECI responses drop dots (`LivenessProbe.HttpGet.Path` becomes `LivenessProbeHttpGetPath`) and put lists in the
 * plural.
 */
function eciSettings(settings: Record<string, Value>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const put = (name: string, value: Value): void => {
    if (Array.isArray(value))
      out[name.endsWith("s") ? name : `${name}s`] = value.map((item) =>
        typeof item === "object" && item !== null && !Array.isArray(item) ? eciSettings(item) : item,
      );
    else if (typeof value === "object" && value !== null) {
      // Keys 1, 2, 3: a list, which the model does not distinguish from a record.
      const items = Object.keys(value);
      if (items.length > 0 && items.every((key) => /^\d+$/.test(key)))
        put(
          name,
          items.map((key) => assertDefined(value[key])),
        );
      else for (const [part, inner] of Object.entries(value)) put(name + part, inner);
    } else out[name] = withInferredType(name, value);
  };
  for (const [name, value] of Object.entries(settings)) put(name, value);
  return out;
}

const stringFieldNames =
  /Name|Value|Key|Image|Path|Id|Server|Options|Password|Content|Driver|Scheme|Protocol|Policy|Type$/;

/**
 * Infers numbers and booleans from the text of nested fields, whose types no model has, except where the name implies
 * a string.
 */
function withInferredType(name: string, value: Value): Value {
  if (typeof value !== "string" || stringFieldNames.test(name)) return value;
  if (value === "true" || value === "false") return value === "true";
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
