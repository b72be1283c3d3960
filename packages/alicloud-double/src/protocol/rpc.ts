import type { Arrival } from "../http/server";
import type { CallLog } from "../call-log";
import { checkValue, plant, readTree } from "../models/check";
import type { Catalogue, ServiceName } from "../models/catalogue";
import { MODEL_IS_WRONG } from "../models/known-deviations";
import type { Value } from "../models/shape";
import { Refusal } from "../refusal";
import { ACTIONS } from "../services";
import type { World } from "../world";
import { Fields } from "./fields";
import type { Answer } from "./service";

/** What every RPC request carries beside its own fields, in the spelling of one client or another. */
const PUBLIC = new Set([
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
const ANYWHERE = new Set([
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
  perform: () => Answer;
}

/** Reads RPC requests, judges them by the published models, and performs them. */
export class Rpc {
  /** Answers that were given under a client token, so that a request sent again is answered again and not done again. */
  private readonly tokens = new Map<string, { fields: string; answer: Answer }>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly log: CallLog,
    private readonly options: { strict: boolean },
  ) {}

  /** Understands a request, or refuses as the gateway does. Everything wrong is recorded. */
  read(world: World, arrival: Arrival): RpcRequest {
    const flat = new Map<string, string>(arrival.query);
    if (/form-urlencoded/.test(arrival.headers["content-type"] ?? ""))
      for (const [name, value] of new URLSearchParams(arrival.body.toString("utf8"))) flat.set(name, value);
    const action = flat.get("Action") ?? arrival.headers["x-acs-action"] ?? "",
      version = flat.get("Version") ?? arrival.headers["x-acs-version"] ?? "";
    const service = this.catalogue.serviceOf(version);
    if (!service)
      throw this.wrong(
        arrival.host,
        action,
        "Version",
        `no service of version ${version}`,
        new Refusal("InvalidVersion", "Specified parameter Version is not valid."),
      );
    if (!this.catalogue.servedBy(service, arrival.host))
      this.wrong(service, action, "Host", `${arrival.host} does not serve ${service}`);
    if (!flat.has("AccessKeyId") && !arrival.headers["authorization"])
      throw this.wrong(
        service,
        action,
        "AccessKeyId",
        "is required",
        new Refusal("MissingAccessKeyId", "AccessKeyId is mandatory for this action."),
      );
    const own = [...flat].filter(([name]) => !PUBLIC.has(name));
    const perform = ACTIONS[service]?.[action];
    if (!this.catalogue.knows(service, action) || !perform) {
      const detail = this.catalogue.knows(service, action) ? "the double does not play this action" : "no such action";
      throw this.wrong(
        service,
        action,
        "Action",
        detail,
        new Refusal("InvalidAction.NotFound", "Specified api is not found, please check your url and method.", 404),
      );
    }
    const values = this.check(service, action, own);
    return {
      service,
      action,
      fields: values,
      perform: () =>
        this.once(service, action, values, () => perform({ action, fields: new Fields({ ...values }), world }) ?? {}),
    };
  }

  private check(
    service: ServiceName,
    action: string,
    own: readonly (readonly [string, string])[],
  ): Record<string, Value> {
    const tree = plant(own);
    const shape = this.catalogue.request(service, action);
    if (!shape) return tree;
    const { values, problems } = readTree(tree, shape);
    for (const problem of problems) {
      if (problem.kind === "unknown" && ANYWHERE.has(problem.path)) continue;
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
      this.wrong(service, action, problem.path, problem.detail);
      if (refusal) throw refusal;
    }
    return values;
  }

  private once(service: string, action: string, values: Record<string, Value>, perform: () => Answer): Answer {
    const token = values["ClientToken"];
    if (typeof token !== "string" || token === "") return perform();
    const key = `${service} ${action} ${token}`,
      fields = JSON.stringify(values);
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
  judgeAnswer(service: ServiceName, action: string, answer: Answer): void {
    const shape = this.catalogue.answer(service, action);
    if (!shape) return;
    for (const problem of checkValue(JSON.parse(JSON.stringify(answer)), shape))
      if (
        problem.kind !== "missing" &&
        !MODEL_IS_WRONG.some((one) => one.service === service && one.action === action && one.path === problem.path)
      )
        this.log.misspoken.push({ service, action, path: problem.path, detail: problem.detail });
  }

  private wrong<T extends Refusal | undefined>(
    service: string,
    action: string,
    path: string,
    detail: string,
    refusal?: T,
  ): T {
    this.log.wrong({ service, action, path, detail });
    return refusal as T;
  }
}

/** An RPC answer's body. */
export function rpcBody(answer: Answer, requestId: string): string {
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
