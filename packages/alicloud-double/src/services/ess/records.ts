import type { Value } from "../../models/shape";
import { Table } from "../../table";

/** A server group that a scaling group keeps filled. */
export interface Attachment {
  serverGroupId: string;
  port: number;
  weight: number;
  type: string;
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

/** A scaling configuration: what an instance of the group is made of. */
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
  lifecycle: "Pending" | "InService" | "Removing" | "Protected";
  health: "Healthy" | "Unhealthy";
  /** Whether it answers the load balancer's checks. */
  serves: boolean;
  vSwitchId: string;
  zoneId: string;
  ip: string;
  securityGroupIds: string[];
  created: string;
  addedAt: number;
}

/** Something that a scaling group did or was made to do. */
export interface Activity {
  id: string;
  groupId: string;
  status: "InProgress" | "Successful" | "Failed";
  description: string;
  cause: string;
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
  settings: Record<string, Value>;
}

/** An alarm that runs scaling rules. */
export interface Alarm {
  id: string;
  enabled: boolean;
  settings: Record<string, Value>;
}

/** A lifecycle hook. */
export interface Hook {
  id: string;
  groupId: string;
  settings: Record<string, Value>;
}

/** Everything that Auto Scaling keeps. Activities are a history, which outlives the groups: they are no shelf of their own. */
export type Scaling = ReturnType<typeof newScaling>;

/** No scaling groups yet. */
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
