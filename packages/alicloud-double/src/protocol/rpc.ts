import type { HttpRequest } from "../http/server";
import type { CallLog } from "../call-log";
import { checkValue, toTree, parseTree } from "../models/check";
import type { Catalogue, ServiceName } from "../models/catalogue";
import { wrongModels } from "../models/known-deviations";
import type { Value } from "../models/shape";
import { Refusal } from "../refusal";
import { actions } from "../services";
import type { World } from "../world";
import { Fields } from "./fields";
import type { ActionResponse } from "./service";

/** What every RPC request carries beside its own fields, in the spelling of one client or another. */
const publicFields = new Set([
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
/** Fields that the gateway takes for any action. */
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

/** An RPC request as it was understood: who is asked for what, with which fields. */
export interface RpcRequest {
  service: ServiceName;
  action: string;
  fields: Record<string, Value>;
  perform: () => ActionResponse;
}

/** Reads RPC requests, judges them by the published models, and performs them. */
export class Rpc {
  /** Answers that were given under a client token, so that a request sent again is answered again and not done again. */
  private readonly tokens = new Map<string, { fields: string; answer: ActionResponse }>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly log: CallLog,
    private readonly options: { strict: boolean },
  ) {}

  /** Understands a request, or refuses as the gateway does. Everything wrong is recorded. */
  parse(world: World, arrival: HttpRequest): RpcRequest {
    const flat = new Map<string, string>(arrival.query);
    if (/form-urlencoded/.test(arrival.headers["content-type"] ?? ""))
      for (const [name, value] of new URLSearchParams(arrival.body.toString("utf8"))) flat.set(name, value);
    const action = flat.get("Action") ?? arrival.headers["x-acs-action"] ?? "";
    const version = flat.get("Version") ?? arrival.headers["x-acs-version"] ?? "";
    const service = this.catalogue.serviceOf(version);
    if (!service)
      throw this.report(
        arrival.host,
        action,
        "Version",
        `no service of version ${version}`,
        new Refusal("InvalidVersion", "Specified parameter Version is not valid."),
      );
    if (!this.catalogue.isServedBy(service, arrival.host))
      this.report(service, action, "Host", `${arrival.host} does not serve ${service}`);
    if (!flat.has("AccessKeyId") && !arrival.headers["authorization"])
      throw this.report(
        service,
        action,
        "AccessKeyId",
        "is required",
        new Refusal("MissingAccessKeyId", "AccessKeyId is mandatory for this action."),
      );
    const own = [...flat].filter(([name]) => !publicFields.has(name));
    const perform = actions[service]?.[action];
    if (!this.catalogue.hasAction(service, action) || !perform) {
      const detail = this.catalogue.hasAction(service, action)
        ? "the double does not play this action"
        : "no such action";
      throw this.report(
        service,
        action,
        "Action",
        detail,
        new Refusal("InvalidAction.NotFound", "Specified api is not found, please check your url and method.", 404),
      );
    }
    const values = this.checkRequest(service, action, own);
    return {
      service,
      action,
      fields: values,
      perform: () =>
        this.performOnce(
          service,
          action,
          values,
          () => perform({ action, fields: new Fields({ ...values }), world }) ?? {},
        ),
    };
  }

  private checkRequest(
    service: ServiceName,
    action: string,
    own: readonly (readonly [string, string])[],
  ): Record<string, Value> {
    const tree = toTree(own);
    const shape = this.catalogue.requestModel(service, action);
    if (!shape) return tree;
    const { values, problems } = parseTree(tree, shape);
    for (const problem of problems) {
      if (problem.kind === "unknown" && commonFields.has(problem.path)) continue;
      const refusal =
        problem.kind === "missing"
          ? new Refusal(`Missing${problem.path}`, `${problem.path} is mandatory for this action.`)
          : problem.kind === "type"
            ? new Refusal(
                `Invalid${problem.path.split(".")[0]}`,
                `The specified parameter "${problem.path}" is not valid.`,
              )
            : // The gateway itself passes over fields it does not know; a strict double does not.
              this.options.strict
              ? new Refusal("UnsupportedParameter", `The parameter ${problem.path} is not supported.`)
              : undefined;
      this.report(service, action, problem.path, problem.detail);
      if (refusal) throw refusal;
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
    const before = this.tokens.get(key);
    if (before && before.fields !== fields)
      throw new Refusal(
        "IdempotentParameterMismatch",
        "The request uses the same client token as a previous, but non-identical request.",
      );
    if (before) return before.answer;
    const answer = perform();
    this.tokens.set(key, { fields, answer });
    return answer;
  }

  /** Compares the double's own answer with the published model. */
  checkResponse(service: ServiceName, action: string, answer: ActionResponse): void {
    const shape = this.catalogue.responseModel(service, action);
    if (!shape) return;
    for (const problem of checkValue(JSON.parse(JSON.stringify(answer)), shape))
      if (
        problem.kind !== "missing" &&
        !wrongModels.some((one) => one.service === service && one.action === action && one.path === problem.path)
      )
        this.log.invalidResponses.push({ service, action, path: problem.path, detail: problem.detail });
  }

  private report<T extends Refusal | undefined>(
    service: string,
    action: string,
    path: string,
    detail: string,
    refusal?: T,
  ): T {
    this.log.recordInvalidRequest({ service, action, path, detail });
    return refusal as T;
  }
}

/** An RPC answer's body. */
export function rpcBody(answer: ActionResponse, requestId: string): string {
  return JSON.stringify({ ...answer, RequestId: requestId });
}

/** The gateway's way of refusing. */
export function rpcError(refusal: Refusal, host: string, requestId: string): string {
  return JSON.stringify({
    Code: refusal.code,
    Message: refusal.message,
    RequestId: requestId,
    HostId: host,
    Recommend: "",
  });
}
