export { AlicloudDouble, type DoubleOptions } from "./double";
export { missingModels } from "./models/pypi";
export type { Call, Violation } from "./call-log";
export type { Fault, Trouble } from "./faults";
export type { Health, CheckedTarget } from "./plane/health";
export { DataPlane, type PlaneOptions, type PlaneRequest, type TargetHandler } from "./plane/data-plane";
export { route, type RoutingDecision } from "./plane/routing";
export type { InstanceOutcome, DecideOutcome, Delays } from "./world";
