import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { logFolder } from "../cloud-init";
import { storeArgs, storeOptions } from "../kept-store";
import { type Context, type EnvironmentContext, childContext, tagsOf } from "./context";
import { LogProject } from "./log-project";
import { LogStore } from "./log-store";
import { MachineGroupRemoval } from "./machine-group-removal";
import { consoleDomain, endpointOf } from "./regions";

/** The service's place in Simple Log Service (SLS). */
export interface Logs {
  readonly project: pulumi.Output<string>;
  /** The store's name, the same in every project. */
  readonly store: string;
  /** The custom identifier with which virtual machines join the project's machine group. */
  readonly machineMark: pulumi.Output<string>;
  /** What must exist before the app writes its first line, which would be lost otherwise. */
  readonly logDependencies: readonly pulumi.Resource[];
}

/** Where the app's output is collected. */
export interface LogDestination {
  readonly project: pulumi.Output<string>;
  readonly store: pulumi.Resource;
  /** The custom identifier with which virtual machines join the project's machine group. */
  readonly machineMark: pulumi.Output<string>;
}

/**
 * Registers what collects the app's output into the store, beside the store itself. Returns what must exist before the
 * app writes its first line.
 */
export type LogCollection = (context: Context, destination: LogDestination) => readonly pulumi.Resource[];

/** Days for which SLS can keep logs. https://www.alibabacloud.com/help/en/sls/manage-a-logstore */
export const retentionDays = { min: 1, max: 3650 } as const;

/** The store's name. A container's agent reads it from a variable's name, where an underscore would end it. */
const store = "app";

/** Registers the log project of an environment. Returns its name, known once the project exists. */
export function logProject(environment: EnvironmentContext): pulumi.Output<string> {
  const resource = `${environment.name}-logs`;
  const context = childContext(environment, "logs", resource);
  const { facts, spec, parent } = context;
  const page = `https://sls.${consoleDomain(facts.accountType)}/lognext/project/{id}/overview`;
  const args = storeArgs(context, { resource, tags: tagsOf(context), whenRemoved: spec.logs.whenRemoved, page });
  return new LogProject(resource, { ...args, endpoint: endpointOf(facts, "sls") }, storeOptions(parent)).id;
}

/** Registers the service's store in a project, with its index, and the collection. */
export function logs(service: Context, project: pulumi.Output<string>, collectLogs: LogCollection): Logs {
  const resource = `${service.name}-logs`;
  const context = childContext(service, "logs", resource);
  const { facts, parent, spec } = context;
  const logstore = new LogStore(
    resource,
    { endpoint: endpointOf(facts, "sls"), project, store, ...spec.logs },
    storeOptions(parent),
  );
  const collected = collectLogs(context, { project, store: logstore, machineMark: project });
  return { project, store, machineMark: project, logDependencies: [logstore, ...collected] };
}

/** Registers which files the agents follow on the machines that have the custom identifier. */
export function collectFromMachines(
  { name, parent, facts }: Context,
  { project, machineMark, store: logstore }: LogDestination,
): pulumi.Resource[] {
  const resource = `${name}-logs`;
  const removal = new MachineGroupRemoval(
    `${resource}-machine-group-removal`,
    { endpoint: endpointOf(facts, "sls"), project, group: resource },
    { parent },
  );
  const group = new alicloud.log.MachineGroup(
    resource,
    { name: resource, project, identifyType: "userdefined", identifyLists: [machineMark], topic: name },
    { parent, dependsOn: [removal], retainOnDelete: true },
  );
  const config = new alicloud.log.LogTailConfig(
    resource,
    {
      name: resource,
      project,
      logstore: store,
      inputType: "file",
      outputType: "LogService",
      inputDetail: JSON.stringify(followed),
    },
    { parent, dependsOn: [logstore] },
  );
  return [
    new alicloud.log.LogTailAttachment(
      resource,
      { project, logtailConfigName: config.name, machineGroupName: group.name },
      { parent },
    ),
  ];
}

/** Whole lines, whatever their format. https://www.alibabacloud.com/help/en/sls/logtail-configuration-files */
const followed = {
  logType: "common_reg_log",
  logPath: logFolder,
  filePattern: "*.log",
  maxDepth: 0,
  localStorage: true,
  logBeginRegex: ".*",
  regex: "(.*)",
  key: ["content"],
  topicFormat: "group_topic",
  fileEncoding: "utf8",
  enableRawLog: false,
  discardUnmatch: false,
  preserve: true,
};
