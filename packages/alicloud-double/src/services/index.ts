import type { ServiceName } from "../models/catalogue";
import type { Action, ActionGroup } from "../protocol/service";
import { billing, location, resourceManager, sts } from "./account";
import { cloudAssistant } from "./ecs/cloud-assistant";
import { images } from "./ecs/image";
import { machines } from "./ecs/instance";
import { listeners } from "./alb/listener";
import { loadBalancers } from "./alb/load-balancer";
import { rules } from "./alb/rule";
import { serverGroups } from "./alb/server-group";
import { eips } from "./vpc/eip";
import { scalingConfigurations } from "./ess/scaling-configuration";
import { scalingGroups } from "./ess/scaling-group";
import { triggers } from "./ess/triggers";
import { launchTemplates } from "./ecs/launch-template";
import { nas } from "./nas/nas";
import { natGateways } from "./vpc/nat-gateway";
import { ram } from "./ram/ram";
import { routeTables } from "./vpc/route-table";
import { securityGroups } from "./ecs/security-group";
import { vpcs } from "./vpc/vpc";

const groups: readonly ActionGroup[] = [
  billing,
  cloudAssistant,
  eips,
  images,
  launchTemplates,
  listeners,
  loadBalancers,
  location,
  machines,
  nas,
  natGateways,
  ram,
  resourceManager,
  routeTables,
  rules,
  scalingConfigurations,
  scalingGroups,
  securityGroups,
  serverGroups,
  sts,
  triggers,
  vpcs,
];

/** Every action that the double plays, by service. */
export const actions: Partial<Record<ServiceName, Record<string, Action>>> = {};
for (const part of groups) actions[part.service] = { ...actions[part.service], ...part.actions };
