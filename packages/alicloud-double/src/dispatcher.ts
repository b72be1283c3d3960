import { inactiveRefusal } from "./activation";
import type { CallLog } from "./call-log";
import type { HttpRequest, HttpResponse } from "./http/server";
import type { Catalogue } from "./models/catalogue";
import type { Value } from "./models/shape";
import type { RestCall } from "./protocol/rest";
import { Rpc, rpcBody, rpcError } from "./protocol/rpc";
import { Refusal } from "./refusal";
import { actions } from "./services";
import { isOssRequest, ossError, routeOss } from "./services/oss/router";
import { isSlsRequest, routeSls, slsError } from "./services/sls/router";
import type { World } from "./world";

/** A parsed request: what to log, and how to respond: with the given refusal, or by performing the action. */
export interface ParsedRequest {
  service: string;
  action: string;
  fields: Record<string, Value>;
  respond: (refusal?: Refusal) => Outcome;
}

/** A response, and "ok" or the code of the refusal. */
interface Outcome {
  response: HttpResponse;
  result: string;
}

type ToResponse = (refusal: Refusal) => HttpResponse;

/** Finds the service that a request is for, and parses the request in that service's protocol. */
export class Dispatcher {
  private readonly rpc: Rpc;

  constructor(
    private readonly world: World,
    catalogue: Catalogue,
    private readonly log: CallLog,
    options: { strict: boolean },
  ) {
    this.rpc = new Rpc(actions, catalogue, log, options);
  }

  /** Parses a request. Violations of the published models are recorded; a refusal becomes the response. */
  parse(request: HttpRequest, requestId: string): ParsedRequest {
    if (isOssRequest(request))
      return this.parseRest("oss", routeOss(this.world, request), (refusal) => ossError(refusal, request, requestId));
    if (isSlsRequest(request)) return this.parseRest("sls", routeSls(this.world, request), slsError);
    return this.parseRpc(request, requestId);
  }

  private parseRest(service: string, call: RestCall, toResponse: ToResponse): ParsedRequest {
    const { action, fields, violations, perform } = call;
    for (const violation of violations) this.log.recordInvalidRequest({ service, action, ...violation });
    return {
      service,
      action,
      fields,
      respond: (refusal) => outcomeOf(this.refusalOf(service, refusal), perform, toResponse),
    };
  }

  /** A given refusal; or else the one of a product that the account has not activated. */
  private refusalOf(service: string, given: Refusal | undefined): Refusal | undefined {
    return given ?? inactiveRefusal(this.world.activated, service);
  }

  private parseRpc(request: HttpRequest, requestId: string): ParsedRequest {
    const headers = { "content-type": "application/json" };
    const toResponse: ToResponse = (refusal) => ({
      status: refusal.status,
      headers,
      body: rpcError(refusal, request.host, requestId),
    });
    try {
      const { service, action, fields, perform } = this.rpc.parse(this.world, request);
      const performChecked = () => {
        const response = perform();
        this.rpc.checkResponse(service, action, { ...response, RequestId: requestId });
        return { status: 200, headers, body: rpcBody(response, requestId) };
      };
      return {
        service,
        action,
        fields,
        respond: (refusal) => outcomeOf(this.refusalOf(service, refusal), performChecked, toResponse),
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const form = new URLSearchParams(request.body.toString("utf8"));
      const action = request.query.get("Action") ?? form.get("Action") ?? request.path;
      const outcome = { response: toResponse(error), result: error.code };
      return { service: request.host, action, fields: {}, respond: () => outcome };
    }
  }
}

function outcomeOf(refusal: Refusal | undefined, perform: () => HttpResponse, toResponse: ToResponse): Outcome {
  try {
    if (refusal) throw refusal;
    return { response: perform(), result: "ok" };
  } catch (error) {
    const thrown = error instanceof Refusal ? error : internalError(error);
    return { response: toResponse(thrown), result: thrown.code };
  }
}

/** A bug of the double, with a code and a status that the cloud does not use. */
function internalError(error: unknown): Refusal {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Refusal("DoubleFailed", message, 501);
}
