import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { type Context, tagsOf } from "../context";
import { type Digits, globalName } from "./names";

/** The service's place in Simple Log Service (SLS). */
export interface Logs {
  readonly project: pulumi.Output<string>;
  /** The store's name, the same in every project. */
  readonly store: string;
  /** The mark by which a virtual machine says that its logs belong here. */
  readonly machineMark: pulumi.Output<string>;
  /** What must be there before the first line is written, or it would be lost. */
  readonly ready: readonly pulumi.Resource[];
}

/** Where the app's output is on a virtual machine; the image's unit writes it there. */
export const logFolder = "/var/log/immutable-service";

/** The days for which SLS can keep logs. https://www.alibabacloud.com/help/en/sls/manage-a-logstore */
export const retentionDays = { min: 1, max: 3650 } as const;

/** The store's name; a container's agent takes it from a variable's name, where an underscore would end it. */
const store = "app";

/** Registers the project, its store and the index without which nothing could be searched. */
export function logs(context: Context, digits: Digits): Logs {
  const { name, parent, spec } = context;
  const resource = `${name}-logs`;
  const projectName = globalName(context, "project", "logs", digits);
  const project = new alicloud.log.Project(
    resource,
    { projectName, description: `Logs of ${name}`, tags: tagsOf(context) },
    { parent },
  );
  // By the project's own output: by the text alone the store could be asked for before the project answers.
  const known = project.projectName;
  const logstore = new alicloud.log.Store(
    resource,
    {
      projectName: known,
      logstoreName: store,
      retentionPeriod: spec.logs.retentionDays,
      shardCount: 2,
      autoSplit: true,
      maxSplitShardCount: 64,
      appendMeta: true,
    },
    { parent },
  );
  const index = new alicloud.log.StoreIndex(
    resource,
    {
      project: known,
      logstore: store,
      fullText: { caseSensitive: false, includeChinese: true, token: ", '\";=()[]{}?@&<>/:\n\t\r" },
    },
    { parent, dependsOn: [logstore] },
  );
  const machineMark = known;
  const collected = spec.compute === "vm" ? collection(context, known, machineMark, logstore) : [];
  return { project: known, store, machineMark, ready: [index, ...collected] };
}

/** Tells the agents of the machines that bear the mark which files to follow. */
function collection(
  { name, parent }: Context,
  project: pulumi.Output<string>,
  machineMark: pulumi.Output<string>,
  logstore: alicloud.log.Store,
): pulumi.Resource[] {
  const resource = `${name}-logs`;
  const group = new alicloud.log.MachineGroup(
    resource,
    { name: resource, project, identifyType: "userdefined", identifyLists: [machineMark], topic: name },
    { parent },
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

/** Whole lines, whatever they hold. https://www.alibabacloud.com/help/en/sls/logtail-configuration-files */
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
