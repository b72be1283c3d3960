import type { CallLog } from "../call-log";
import type { HttpRequest } from "../http/server";
import type { Catalogue, ServiceName } from "../models/catalogue";
import { checkValue, parseTree, toTree, type Problem } from "../models/check";
import { limitProblems } from "../models/limits";
import { hasWrongModel } from "../models/known-deviations";
import type { Value } from "../models/shape";
import { Refusal } from "../refusal";
import type { World } from "../world";
import type { Action, ActionResponse } from "./action";
import { Fields } from "./fields";
import { paged } from "./paging";

/** The fields of the protocol itself, in the spelling of one client or another. */
const protocolFields = new Set([
  "Action",
  "Version",
  "Format",
  "AccessKeyId",
  "Signature",
  "SignatureMethod",
  "SignatureNonce",
  "SignatureVersion",
  "SignatureType",
  "Timestamp",
  "SecurityToken",
  "SourceIp",
  "SecureTransport",
]);
/** Fields that the gateway accepts for any action. */
const commonFields = new Set([
  "RegionId",
  "ClientToken",
  "OwnerId",
  "OwnerAccount",
  "ResourceOwnerId",
  "ResourceOwnerAccount",
  "DryRun",
  "PageNumber",
  "PageSize",
  "MaxResults",
  "NextToken",
]);

/** The actions that are implemented, by service and name. */
export type Actions = Partial<Record<ServiceName, Record<string, Action>>>;

/** A parsed RPC request. */
export interface RpcCall {
  service: ServiceName;
  action: string;
  fields: Record<string, Value>;
  perform: () => ActionResponse;
}

/** Parses RPC requests, checks them against the published models, and performs them. */
export class Rpc {
  /** Responses by client token: a repeated request gets the same response and is not performed again. */
  private readonly tokens = new Map<string, { fields: string; response: ActionResponse }>();

  constructor(
    private readonly actions: Actions,
    private readonly catalogue: Catalogue,
    private readonly log: CallLog,
    private readonly options: { strict: boolean },
  ) {}

  /** Parses a request. Records every violation, and throws the gateway's refusal where the cloud would refuse. */
  parse(world: World, request: HttpRequest): RpcCall {
    const flat = flatFields(request);
    const action = flat.get("Action") ?? request.headers["x-acs-action"] ?? "";
    const version = flat.get("Version") ?? request.headers["x-acs-version"] ?? "";
    const service = this.catalogue.serviceOf(version);
    if (!service) {
      this.report(request.host, action, "Version", `no service has version ${version}`);
      throw new Refusal("InvalidVersion", "Specified parameter Version is not valid.");
    }
    if (!this.catalogue.isServedBy(service, request.host))
      this.report(service, action, "Host", `${request.host} does not serve ${service}`);
    if (!flat.has("AccessKeyId") && !request.headers["authorization"]) {
      this.report(service, action, "AccessKeyId", "is required");
      throw new Refusal("MissingAccessKeyId", "AccessKeyId is mandatory for this action.");
    }
    const perform = this.requireAction(service, action);
    const fields = this.checkRequest(
      service,
      action,
      [...flat].filter(([name]) => !protocolFields.has(name)),
    );
    const performNow = () => {
      const sent = new Fields({ ...fields });
      return paged(sent, perform({ fields: sent, world }) ?? {});
    };
    return { service, action, fields, perform: () => this.performOnce(service, action, fields, performNow) };
  }

  private requireAction(service: ServiceName, action: string): Action {
    const published = this.catalogue.hasAction(service, action);
    const perform = this.actions[service]?.[action];
    if (published && perform) return perform;
    this.report(service, action, "Action", published ? "the double does not implement this action" : "no such action");
    throw new Refusal("InvalidAction.NotFound", "Specified api is not found, please check your url and method.", 404);
  }

  private checkRequest(
    service: ServiceName,
    action: string,
    sent: readonly (readonly [string, string])[],
  ): Record<string, Value> {
    const tree = toTree(sent);
    const model = this.catalogue.requestModel(service, action);
    if (!model) return tree;
    const { values, problems } = parseTree(tree, model);
    for (const problem of problems) {
      if (problem.kind === "unknown" && commonFields.has(problem.path)) continue;
      this.report(service, action, problem.path, problem.detail);
      // The gateway ignores unknown fields; a strict double does not.
      if (problem.kind !== "unknown" || this.options.strict) throw refusalOf(problem);
    }
    for (const { path, detail } of limitProblems(service, action, values)) {
      this.report(service, action, path, detail);
      throw new Refusal(`Invalid${path}.Malformed`, `The specified ${path} is not valid: it ${detail}.`);
    }
    return values;
  }

  private performOnce(
    service: string,
    action: string,
    values: Record<string, Value>,
    perform: () => ActionResponse,
  ): ActionResponse {
    const token = values["ClientToken"];
    if (typeof token !== "string" || token === "") return perform();
    const key = `${service} ${action} ${token}`;
    const fields = JSON.stringify(values);
    const previous = this.tokens.get(key);
    if (previous && previous.fields !== fields)
      throw new Refusal(
        "IdempotentParameterMismatch",
        "The request uses the same client token as a previous, but non-identical request.",
      );
    if (previous) return previous.response;
    const response = perform();
    this.tokens.set(key, { fields, response });
    return response;
  }

  /** Checks one of the double's own responses against the published model. */
  checkResponse(service: ServiceName, action: string, response: ActionResponse): void {
    const model = this.catalogue.responseModel(service, action);
    if (!model) return;
    for (const { kind, path, detail } of checkValue(JSON.parse(JSON.stringify(response)), model))
      if (kind !== "missing" && !hasWrongModel(service, action, path))
        this.log.invalidResponses.push({ service, action, path, detail });
  }

  private report(service: string, action: string, path: string, detail: string): void {
    this.log.recordInvalidRequest({ service, action, path, detail });
  }
}

/** The fields of the query and of a form, whose fields take precedence. */
function flatFields(request: HttpRequest): Map<string, string> {
  const flat = new Map<string, string>(request.query);
  if (/form-urlencoded/.test(request.headers["content-type"] ?? ""))
    for (const [name, value] of new URLSearchParams(request.body.toString("utf8"))) flat.set(name, value);
  return flat;
}

function refusalOf({ kind, path }: Problem): Refusal {
  switch (kind) {
    case "missing":
      return new Refusal(`Missing${path}`, `${path} is mandatory for this action.`);
    case "type":
      return new Refusal(`Invalid${path.split(".")[0]}`, `The specified parameter "${path}" is not valid.`);
    case "unknown":
      return new Refusal("UnsupportedParameter", `The parameter ${path} is not supported.`);
  }
}

/** The body of a successful RPC response. */
export function rpcBody(response: ActionResponse, requestId: string): string {
  return JSON.stringify({ ...response, RequestId: requestId });
}

/** The body of an RPC refusal. */
export function rpcError(refusal: Refusal, host: string, requestId: string): string {
  return JSON.stringify({
    Code: refusal.code,
    Message: refusal.message,
    RequestId: requestId,
    HostId: host,
    Recommend: "",
  });
}
