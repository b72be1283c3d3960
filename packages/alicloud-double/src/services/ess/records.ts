import type { Value } from "../../models/shape";
import type { Mount } from "../nas/records";
import { Table } from "../../table";

/** A server group to which a scaling group adds its instances. */
export interface Attachment {
  serverGroupId: string;
  port: number;
  weight: number;
  type: string;
  /** Whether it was attached in the older form (AlbServerGroup). */
  inline: boolean;
}

/** A scaling group of ECS instances or of ECI container groups. */
export interface ScalingGroup {
  id: string;
  name: string;
  type: "ECS" | "ECI";
  state: "Inactive" | "Active" | "Deleting";
  minSize: number;
  maxSize: number;
  desired?: number;
  activeConfigurationId?: string;
  launchTemplateId: string;
  launchTemplateVersion: string;
  vSwitchIds: string[];
  vpcId: string;
  healthCheckTypes: string[];
  removalPolicies: string[];
  deletionProtection: boolean;
  attachments: Attachment[];
  suspended: string[];
  settings: Record<string, Value>;
  created: string;
  tags: Map<string, string>;
}

/** A scaling configuration: the template of a group's instances. */
export interface Configuration {
  id: string;
  groupId: string;
  kind: "ECS" | "ECI";
  name: string;
  created: string;
  settings: Record<string, Value>;
}

/** An instance of a scaling group. */
export interface Instance {
  id: string;
  groupId: string;
  configurationId: string;
  launchTemplateVersion: string;
  number: number;
  /** Its instance type; empty for a container group by its size. */
  type: string;
  lifecycle: "Pending" | "Pending:Wait" | "InService" | "Removing" | "Protected";
  health: "Healthy" | "Unhealthy";
  /** Whether it passes the load balancer's health checks once its app has started. */
  serves: boolean;
  /** When its app has started, in milliseconds since 1970. */
  servesFrom: number;
  vSwitchId: string;
  zoneId: string;
  ip: string;
  securityGroupIds: string[];
  /** Its public address, where somebody has given it one. */
  publicIp?: string;
  /** The shared file systems that it mounts. */
  mounts: Mount[];
  created: string;
  addedAt: number;
}

/** A scaling activity: a change of a scaling group's instances. */
export interface Activity {
  id: string;
  groupId: string;
  status: "InProgress" | "Successful" | "Failed";
  description: string;
  cause: string;
  /** Why it fails; empty if it does not. */
  problem: string;
  started: string;
  ended: string;
  total: number;
}

/** A scaling rule. */
export interface ScalingRule {
  id: string;
  ari: string;
  groupId: string;
  name: string;
  type: string;
  settings: Record<string, Value>;
}

/** A scheduled task. */
export interface ScheduledTask {
  id: string;
  /** When it was created or changed, by the world's clock. */
  created: number;
  /** When it was due last, by the world's clock. */
  lastRun?: number;
  settings: Record<string, Value>;
}

/** An alarm that executes scaling rules. */
export interface Alarm {
  id: string;
  /** The target tracking rule that created it, and with which it is deleted. */
  ruleId?: string;
  enabled: boolean;
  settings: Record<string, Value>;
}

/** A lifecycle hook. */
export interface Hook {
  id: string;
  groupId: string;
  settings: Record<string, Value>;
}

/** The resources of Auto Scaling. */
export type Scaling = ReturnType<typeof newScaling>;

/** Tables without resources. */
export function newScaling() {
  return {
    scalingGroups: new Table<ScalingGroup>(),
    configurations: new Table<Configuration>(),
    instances: new Table<Instance>(),
    scalingRules: new Table<ScalingRule>(),
    scheduledTasks: new Table<ScheduledTask>(),
    alarms: new Table<Alarm>(),
    hooks: new Table<Hook>(),
  };
}
