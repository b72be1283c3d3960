import { NpmModels } from "./npm";
import { PypiModels } from "./pypi";
import type { RecordShape } from "./shape";

/** The RPC services that the double plays, under the names that its users see. */
export type ServiceName =
  "alb" | "bss" | "ecs" | "ess" | "location" | "nas" | "ram" | "resourcemanager" | "sts" | "vpc";

/** How an API is told apart on the wire, and where its fields are described. */
interface Api {
  version: string;
  /** The first label of the host names that serve it. */
  host: RegExp;
  models?: () => {
    knows(action: string): boolean;
    request(action: string): RecordShape | undefined;
    answer(action: string): RecordShape | undefined;
  };
}

const npm = (name: string) => () => new NpmModels(`@alicloud/${name}`);

/** Every RPC API by name. The location and billing APIs have no small package; they answer one call each. */
const apis: Record<ServiceName, Api> = {
  alb: { version: "2020-06-16", host: /^alb/, models: npm("alb20200616") },
  bss: { version: "2017-12-14", host: /^business/ },
  ecs: { version: "2014-05-26", host: /^ecs/, models: npm("ecs20140526") },
  ess: { version: "2014-08-28", host: /^ess/, models: () => new PypiModels() },
  location: { version: "2015-06-12", host: /^location/ },
  nas: { version: "2017-06-26", host: /^nas/, models: npm("nas20170626") },
  ram: { version: "2015-05-01", host: /^ram/, models: npm("ram20150501") },
  resourcemanager: { version: "2020-03-31", host: /^resourcemanager/, models: npm("resourcemanager20200331") },
  sts: { version: "2015-04-01", host: /^sts/, models: npm("sts20150401") },
  vpc: { version: "2016-04-28", host: /^(vpc|ecs)/, models: npm("vpc20160428") },
};

/** Looks APIs up by version, and their fields in Alibaba's published packages. */
export class Catalogue {
  private readonly models = new Map<ServiceName, ReturnType<NonNullable<Api["models"]>>>();

  /** The service that speaks a version, the only mark which every RPC request carries. */
  serviceOf(version: string): ServiceName | undefined {
    return (Object.keys(apis) as ServiceName[]).find((name) => apis[name].version === version);
  }

  /** Whether a real host name serves the API; addresses of the double itself always do. */
  isServedBy(service: ServiceName, host: string): boolean {
    return !host.endsWith(".aliyuncs.com") || apis[service].host.test(host);
  }

  /** Whether the published package lists the action; true where there is no package. */
  hasAction(service: ServiceName, action: string): boolean {
    return this.modelsOf(service)?.knows(action) ?? true;
  }

  /** The fields of the action's request; none where the API is not described. */
  requestModel(service: ServiceName, action: string): RecordShape | undefined {
    return this.modelsOf(service)?.request(action);
  }

  /** The fields of the action's answer; none where the API is not described. */
  responseModel(service: ServiceName, action: string): RecordShape | undefined {
    return this.modelsOf(service)?.answer(action);
  }

  private modelsOf(service: ServiceName) {
    const make = apis[service].models;
    if (!make) return undefined;
    let models = this.models.get(service);
    if (!models) this.models.set(service, (models = make()));
    return models;
  }
}
