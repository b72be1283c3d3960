import type { HttpRequest, HttpResponse } from "../../http/server";
import { checkValue } from "../../models/check";
import { NpmModels } from "../../models/npm";
import type { RestCall } from "../../protocol/rest";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { collectionRoutes } from "./collection";
import { logstoreRoutes } from "./logstore";
import { projectRoutes } from "./project";
import type { Document } from "./records";
import { requireProject, type Route } from "./route";
import { tagRoutes } from "./tag";

const models = new NpmModels("@alicloud/sls20201230");
const routes = [...projectRoutes, ...tagRoutes, ...logstoreRoutes, ...collectionRoutes];

/** Whether a request is for the log service (SLS). */
export function isSlsRequest({ host, headers }: HttpRequest): boolean {
  return host.endsWith(".log.aliyuncs.com") || headers["x-log-apiversion"] !== undefined;
}

/** Finds the action that a request is for. */
export function routeSls(world: World, request: HttpRequest): RestCall {
  const { method, path, host, query } = request;
  const route = routes.find(
    (one) => one.method === method && one.path.test(path) && (one.type ?? null) === query.get("type"),
  );
  if (!route) return unknownPath(request);
  const project = /^(.+)\.[a-z0-9-]+\.log\.aliyuncs\.com$/.exec(host)?.[1];
  const text = request.body.toString("utf8");
  const body = (text ? JSON.parse(text) : {}) as Document;
  const names = [...(route.path.exec(path) ?? [])].slice(1);
  return {
    action: route.action,
    fields: {
      ...(project ? { project } : {}),
      ...Object.fromEntries(names.map((name, at) => [`name${at + 1}`, name])),
      ...(text ? { body: text } : {}),
    },
    violations: checkBody(route, body),
    perform: () =>
      response(
        route.perform({
          world,
          hasProject: project !== undefined,
          project: () => requireProject(world, project),
          name: names[0] ?? "",
          names,
          body,
          query,
        }),
      ),
  };
}

function unknownPath({ method, path }: HttpRequest): RestCall {
  const detail = `no such path: ${method} ${path}`;
  return {
    action: path,
    fields: {},
    violations: [{ path: "path", detail }],
    perform: () => {
      throw new Refusal("ParameterInvalid", detail, 404);
    },
  };
}

/**
 * Checks a body against its model. A required field may be missing if the path has a name, which is then that field.
 */
function checkBody(route: Route, body: Document): RestCall["violations"] {
  const model = route.model ? models.shape(route.model) : undefined;
  if (!model) return [];
  const namedByPath = route.path.source.includes(")");
  return checkValue(body, model)
    .filter(({ kind }) => !(kind === "missing" && namedByPath))
    .map(({ path, detail }) => ({ path, detail }));
}

function response(result: unknown): HttpResponse {
  const body = typeof result === "string" ? result : result === undefined ? "" : JSON.stringify(result);
  return { status: 200, headers: headersOf(body), body };
}

/** A refusal as SLS words it. */
export function slsError(refusal: Refusal): HttpResponse {
  const body = JSON.stringify({ errorCode: refusal.code, errorMessage: refusal.message });
  return { status: refusal.status, headers: headersOf(body), body };
}

function headersOf(body: string): Record<string, string> {
  return { "content-type": "application/json", "x-log-bodyrawsize": String(Buffer.byteLength(body)) };
}
