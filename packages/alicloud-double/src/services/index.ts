import type { ActionGroup } from "../protocol/action";
import type { Actions } from "../protocol/rpc";
import { listeners } from "./alb/listener";
import { loadBalancers } from "./alb/load-balancer";
import { rules } from "./alb/rule";
import { serverGroups } from "./alb/server-group";
import { albTags } from "./alb/tags";
import { billing } from "./bss";
import { metrics } from "./cms";
import { lifecycleRules } from "./cr/lifecycle-rules";
import { repositoryTags } from "./cr/tags";
import { vpcLinks } from "./cr/vpc-link";
import { containerGroups } from "./eci";
import { cloudAssistant } from "./ecs/cloud-assistant";
import { images } from "./ecs/image";
import { instances } from "./ecs/instance";
import { launchTemplates } from "./ecs/launch-template";
import { securityGroups } from "./ecs/security-group";
import { ecsTags } from "./ecs/tags";
import { alarms } from "./ess/alarm";
import { attachments } from "./ess/attachment";
import { lifecycleHooks } from "./ess/lifecycle-hook";
import { scalingConfigurations } from "./ess/scaling-configuration";
import { scalingGroups } from "./ess/scaling-group";
import { scalingInstances } from "./ess/scaling-instance";
import { scalingRules } from "./ess/scaling-rule";
import { scheduledTasks } from "./ess/scheduled-task";
import { secrets } from "./kms";
import { location } from "./location";
import { accessGroups } from "./nas/access-group";
import { fileSystems } from "./nas/file-system";
import { folders } from "./nas/folder";
import { mountTargets } from "./nas/mount-target";
import { policies } from "./ram/policy";
import { roles } from "./ram/role";
import { quotaCenter } from "./quota-center";
import { resourceManager } from "./resourcemanager";
import { sts } from "./sts";
import { eips } from "./vpc/eip";
import { natGateways } from "./vpc/nat-gateway";
import { routeTables } from "./vpc/route-table";
import { snatEntries } from "./vpc/snat-entry";
import { vpcTags } from "./vpc/tags";
import { vpcs } from "./vpc/vpc";
import { vSwitches } from "./vpc/vswitch";

const groups: readonly ActionGroup[] = [
  ...[listeners, loadBalancers, rules, serverGroups, albTags],
  ...[billing],
  ...[metrics],
  ...[lifecycleRules, repositoryTags, vpcLinks],
  ...[containerGroups],
  ...[cloudAssistant, images, instances, launchTemplates, securityGroups, ecsTags],
  ...[alarms, attachments, lifecycleHooks, scalingConfigurations, scalingGroups, scalingInstances],
  ...[scalingRules, scheduledTasks],
  ...[secrets],
  ...[location],
  ...[accessGroups, fileSystems, folders, mountTargets],
  ...[policies, roles],
  ...[quotaCenter],
  ...[resourceManager],
  ...[sts],
  ...[eips, natGateways, routeTables, snatEntries, vpcTags, vpcs, vSwitches],
];

/** All implemented actions of RPC services. */
export const actions: Actions = {};
for (const group of groups) actions[group.service] = { ...actions[group.service], ...group.actions };
