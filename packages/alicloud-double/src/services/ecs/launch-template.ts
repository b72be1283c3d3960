import type { Value } from "../../models/shape";
import type { Fields } from "../../protocol/fields";
import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { LaunchTemplate } from "../vpc/records";
import { accepts, page } from "../listing";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";

/** Fields that describe the template or the version, not the instances. */
const templateFields = new Set([
  "RegionId",
  "LaunchTemplateId",
  "LaunchTemplateName",
  "VersionDescription",
  "TemplateTag",
  "TemplateResourceGroupId",
  "ClientToken",
]);

/** Launch templates and their versions. */
export const launchTemplates: ActionGroup = {
  service: "ecs",
  actions: {
    CreateLaunchTemplate({ fields, world }) {
      const name = fields.string("LaunchTemplateName") ?? "";
      if (world.network.launchTemplates.find((other) => other.name === name))
        throw new Refusal("InvalidLaunchTemplateName.Duplicated", "The launch template's name is taken.");
      const id = world.newId("lt");
      const template = world.network.launchTemplates.put(id, {
        id,
        name,
        created: world.timestamp(),
        resourceGroupId: fields.string("TemplateResourceGroupId") ?? "",
        defaultVersion: 1,
        versions: [],
        tags: sentTags(fields, "TemplateTag"),
      });
      addVersion(world, template, fields);
      return { LaunchTemplateId: id, LaunchTemplateVersionNumber: 1 };
    },
    CreateLaunchTemplateVersion({ fields, world }) {
      const template = findTemplate(world, fields);
      return { LaunchTemplateId: template.id, LaunchTemplateVersionNumber: addVersion(world, template, fields) };
    },
    DescribeLaunchTemplates({ fields, world }) {
      const ids = fields.strings("LaunchTemplateId");
      const names = fields.strings("LaunchTemplateName");
      const found = world.network.launchTemplates.where(
        (one) => accepts(ids, one.id) && accepts(names, one.name) && acceptsTags(world, fields, one, "TemplateTag"),
      );
      return {
        LaunchTemplateSets: {
          LaunchTemplateSet: found.map((one) => ({
            LaunchTemplateId: one.id,
            LaunchTemplateName: one.name,
            DefaultVersionNumber: one.defaultVersion,
            LatestVersionNumber: latestVersion(one),
            CreateTime: one.created,
            ModifiedTime: one.created,
            CreatedBy: world.accountId,
            ResourceGroupId: one.resourceGroupId,
            Tags: { Tag: tagsResponse(one.tags, "TagKeyTagValue") },
          })),
        },
        ...page(found.length),
      };
    },
    DescribeLaunchTemplateVersions({ fields, world }) {
      const template = findTemplate(world, fields);
      const numbers = fields.strings("LaunchTemplateVersion").map(Number);
      const found = template.versions.filter(
        (version) =>
          accepts(numbers, version.number) &&
          (!fields.boolean("DefaultVersion") || version.number === template.defaultVersion),
      );
      return {
        LaunchTemplateVersionSets: {
          LaunchTemplateVersionSet: found.map((version) => ({
            LaunchTemplateId: template.id,
            LaunchTemplateName: template.name,
            VersionNumber: version.number,
            VersionDescription: version.description,
            DefaultVersion: version.number === template.defaultVersion,
            CreateTime: version.created,
            ModifiedTime: version.created,
            CreatedBy: world.accountId,
            LaunchTemplateData: version.data,
          })),
        },
        ...page(found.length),
      };
    },
    ModifyLaunchTemplateDefaultVersion({ fields, world }) {
      const template = findTemplate(world, fields);
      const number = fields.number("DefaultVersionNumber") ?? 0;
      if (!template.versions.some((version) => version.number === number))
        throw notFound("InvalidLaunchTemplateVersion.NotFound", String(number));
      template.defaultVersion = number;
    },
    DeleteLaunchTemplateVersion({ fields, world }) {
      const template = findTemplate(world, fields);
      const numbers = fields.strings("DeleteVersion").map(Number);
      if (numbers.includes(template.defaultVersion))
        throw inUse("InvalidDefaultVersion.NotDelete", "The default version cannot be deleted.");
      template.versions = template.versions.filter((version) => !numbers.includes(version.number));
    },
    DeleteLaunchTemplate({ fields, world }) {
      world.network.launchTemplates.remove(findTemplate(world, fields).id);
    },
  },
};

/** The number of the newest version. */
export function latestVersion(template: LaunchTemplate): number {
  return Math.max(...template.versions.map((version) => version.number));
}

function findTemplate(world: World, fields: Fields): LaunchTemplate {
  const id = fields.string("LaunchTemplateId");
  const name = fields.string("LaunchTemplateName");
  const template = id
    ? world.network.launchTemplates.get(id)
    : world.network.launchTemplates.find((one) => one.name === name);
  if (!template)
    throw notFound(id ? "InvalidLaunchTemplateId.NotFound" : "InvalidLaunchTemplateName.NotFound", id ?? name ?? "");
  return template;
}

function addVersion(world: World, template: LaunchTemplate, fields: Fields): number {
  const number = template.versions.length === 0 ? 1 : latestVersion(template) + 1;
  template.versions.push({
    number,
    description: fields.string("VersionDescription") ?? "",
    created: world.timestamp(),
    data: templateData(fields),
  });
  return number;
}

/** The data of a version, as responses have it: lists are wrapped, and the system disk's fields keep their dots. */
function templateData(fields: Fields): Record<string, unknown> {
  const data: Record<string, unknown> = {
    DataDisks: { DataDisk: [] },
    NetworkInterfaces: { NetworkInterface: [] },
    Tags: { InstanceTag: [] },
  };
  for (const [name, value] of Object.entries(fields.values)) {
    if (templateFields.has(name)) continue;
    if (name === "SystemDisk")
      for (const [part, inner] of Object.entries(value as Record<string, Value>)) data[`SystemDisk.${part}`] = inner;
    else if (name === "DataDisk") data["DataDisks"] = { DataDisk: value };
    else if (name === "NetworkInterface") data["NetworkInterfaces"] = { NetworkInterface: value };
    else if (name === "SecurityGroupIds") data["SecurityGroupIds"] = { SecurityGroupId: value };
    else if (name === "Tag") data["Tags"] = { InstanceTag: value };
    else data[name] = value;
  }
  return data;
}
