export { AlicloudDouble, type DoubleOptions } from "./double";
export { missingModels } from "./models/pypi";
export type { Call, Misunderstanding } from "./call-log";
export type { Fault, Trouble } from "./faults";
export type { Health, CheckedTarget } from "./plane/health";
export { DataPlane, type PlaneOptions, type PlaneRequest, type PlaneHandler } from "./plane/data-plane";
export { route, type Routed } from "./plane/routing";
export type { Fate, FateOf, Pace } from "./world";
