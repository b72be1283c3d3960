import { NpmModels } from "./npm";
import { PypiModels } from "./pypi";
import type { RecordShape } from "./shape";

/** The RPC services that the double implements. */
export type ServiceName =
  | "alb"
  | "bss"
  | "cms"
  | "cr"
  | "eci"
  | "ecs"
  | "ess"
  | "kms"
  | "location"
  | "nas"
  | "quotas"
  | "ram"
  | "resourcemanager"
  | "sts"
  | "vpc";

/** The published models of an API. */
interface Models {
  hasAction(action: string): boolean;
  /** The fields of an action's request. */
  request(action: string): RecordShape | undefined;
  /** The fields of an action's response. */
  response(action: string): RecordShape | undefined;
}

interface Api {
  version: string;
  /** The first label of the host names that serve it. */
  host: RegExp;
  /** Loads its models; undefined if its requests are not checked. */
  models?: () => Models;
}

const npm = (name: string) => () => new NpmModels(`@alicloud/${name}`);

/**
 * Every RPC API by name. The location and billing APIs, one action each, have no small package, and the container
 * registry's has none on npm; of CloudMonitor, ECI, KMS and Quota Center one or two
 * actions are here.
 */
export const apis: Record<ServiceName, Api> = {
  alb: { version: "2020-06-16", host: /^alb/, models: npm("alb20200616") },
  bss: { version: "2017-12-14", host: /^business/ },
  cms: { version: "2019-01-01", host: /^metrics/ },
  cr: { version: "2018-12-01", host: /^cr/ },
  eci: { version: "2018-08-08", host: /^eci/ },
  ecs: { version: "2014-05-26", host: /^ecs/, models: npm("ecs20140526") },
  ess: { version: "2014-08-28", host: /^ess/, models: () => new PypiModels() },
  kms: { version: "2016-01-20", host: /^kms/ },
  location: { version: "2015-06-12", host: /^location/ },
  nas: { version: "2017-06-26", host: /^nas/, models: npm("nas20170626") },
  quotas: { version: "2020-05-10", host: /^quotas/ },
  ram: { version: "2015-05-01", host: /^ram/, models: npm("ram20150501") },
  resourcemanager: { version: "2020-03-31", host: /^resourcemanager/, models: npm("resourcemanager20200331") },
  sts: { version: "2015-04-01", host: /^sts/, models: npm("sts20150401") },
  vpc: { version: "2016-04-28", host: /^(vpc|ecs)/, models: npm("vpc20160428") },
};

/** Looks up APIs by version, and the published models of their actions. */
export class Catalogue {
  private readonly loaded = new Map<ServiceName, Models>();

  /**
   * The service with the given API version; the version is the only mark of a service that every RPC request carries.
   */
  serviceOf(version: string): ServiceName | undefined {
    return (Object.keys(apis) as ServiceName[]).find((name) => apis[name].version === version);
  }

  /** Whether a host name of the cloud serves the API; true for every other host, such as the double's own address. */
  isServedBy(service: ServiceName, host: string): boolean {
    return !host.endsWith(".aliyuncs.com") || apis[service].host.test(host);
  }

  /** Whether the models list the action; true for services without models. */
  hasAction(service: ServiceName, action: string): boolean {
    return this.modelsOf(service)?.hasAction(action) ?? true;
  }

  /** The fields of the action's request; undefined if no model describes it. */
  requestModel(service: ServiceName, action: string): RecordShape | undefined {
    return this.modelsOf(service)?.request(action);
  }

  /** The fields of the action's response; undefined if no model describes it. */
  responseModel(service: ServiceName, action: string): RecordShape | undefined {
    return this.modelsOf(service)?.response(action);
  }

  private modelsOf(service: ServiceName): Models | undefined {
    const load = apis[service].models;
    if (!load) return undefined;
    let models = this.loaded.get(service);
    if (!models) this.loaded.set(service, (models = load()));
    return models;
  }
}
