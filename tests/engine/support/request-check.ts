/** Checks every request against the model of its service: operations, fields, types, patterns, lengths, values. */
import type { IncomingHttpHeaders } from "node:http";
import { cbor } from "@smithy/core/cbor";
import { refused, type Answer, type AwsCall, type Protocol } from "./aws-call";
import { ServiceModel, type Member, type Operation } from "./aws-model";
import { inputOfForm, inputOfJson, inputOfXml, scalar } from "./request-decoding";

/** What the model of a service does not allow in a request. */
export interface InvalidRequest {
  service: string;
  action: string;
  problems: string[];
}

/** The models' names of services, where the signature has another. */
const modelNames: Readonly<Record<string, string>> = {
  elasticfilesystem: "efs",
  elasticloadbalancing: "elbv2",
  monitoring: "cloudwatch",
  "s3-control": "s3control",
  servicequotas: "service-quotas",
};

/** The code for a request that a service's model does not allow. */
const invalidCode: Readonly<Record<Protocol, string>> = {
  ec2: "InvalidParameterValue",
  query: "ValidationError",
  json: "ValidationException",
  "rest-json": "ValidationException",
  "rest-xml": "InvalidRequest",
  cbor: "ValidationException",
};

/**
 * What a model does not allow, and AWS accepts: the provider, which works with AWS, sends it whatever the program.
 * The tags of a bucket are read by its ARN, which has no region: https://github.com/localstack/localstack/pull/13435.
 */
const wrongModels: Readonly<Record<string, RegExp>> = {
  "s3-control": /^ResourceArn does not match .*: arn:aws[\w-]*:s3:::/,
};

/** An operation of a REST service, by its method and path. */
interface Route {
  method: string;
  path: RegExp;
  names: string[];
  /** Parameters that the query must have. */
  query: [string, string][];
  /** Headers that it must have: a copy's source, without which it is an upload. */
  headers: string[];
  operation: Operation;
}

/** The check of one emulator's requests. Each service's model is read when it is first called. */
export class RequestCheck {
  /** The requests that have been refused. */
  readonly invalidRequests: InvalidRequest[] = [];
  private readonly models = new Map<string, ServiceModel>();
  private readonly routes = new Map<string, Route[]>();

  /** @param serviceModels botocore's folder of models */
  constructor(private readonly serviceModels: string) {}

  /** AWS's answer to a request that the service's model does not allow, which is recorded. */
  refusal(call: AwsCall, headers: IncomingHttpHeaders, body: Buffer | undefined): Answer | undefined {
    const known = wrongModels[call.service];
    const problems = this.problems(call, headers, body).filter((problem) => !known?.test(problem));
    if (problems.length === 0) return undefined;
    this.invalidRequests.push({ service: call.service, action: call.action, problems });
    return refused(call, { code: invalidCode[call.protocol], message: problems.join("; ") });
  }

  /** The problems of a request, one sentence each. */
  problems(call: AwsCall, headers: IncomingHttpHeaders, body: Buffer | undefined): string[] {
    const { protocol, service } = call;
    const model = this.modelOf(service);
    if (protocol === "rest-json" || protocol === "rest-xml") return this.restProblems(model, call, headers, body);
    const operation = model.operations[call.action];
    if (!operation) return [`${service} has no operation ${call.action}`];
    if (!operation.input) return [];
    const { shape } = operation.input;
    const input =
      protocol === "json"
        ? call.parameters
        : protocol === "cbor"
          ? inputOfJson(model, shape, body?.length ? cbor.deserialize(body) : {})
          : inputOfForm(model, shape, call.parameters, protocol);
    return model.problems(call.action, input) ?? [];
  }

  private modelOf(service: string): ServiceModel {
    const name = modelNames[service] ?? service;
    const model = this.models.get(name) ?? new ServiceModel(this.serviceModels, name);
    this.models.set(name, model);
    return model;
  }

  private restProblems(
    model: ServiceModel,
    { service, method, url, protocol, action }: AwsCall,
    headers: IncomingHttpHeaders,
    body: Buffer | undefined,
  ): string[] {
    const path = url.pathname.replace(/^(\/[^/]+)\/$/, "$1");
    const routes = this.routes.get(service) ?? routesOf(model);
    this.routes.set(service, routes);
    const route = routes.find(
      (one) =>
        one.method === method &&
        one.path.test(path) &&
        one.headers.every((name) => headers[name] !== undefined) &&
        one.query.every(
          ([name, value]) => url.searchParams.has(name) && (value === "" || url.searchParams.get(name) === value),
        ),
    );
    if (!route) return [`${service} has no operation ${action}`];
    const { input: { shape: name } = {} } = route.operation;
    if (name === undefined) return [];
    const { members = {}, payload } = model.shape(name);
    const values = [...(route.path.exec(path) ?? [])].slice(1);
    const at: Partial<Record<string, (location: string) => string | undefined>> = {
      uri: (location) => decodeURIComponent(values[route.names.indexOf(location)] ?? ""),
      querystring: (location) => url.searchParams.get(location) ?? undefined,
      header: (location) => headers[location.toLowerCase()]?.toString(),
    };
    const input: Record<string, unknown> = {};
    for (const [own, member] of Object.entries(members)) {
      const text = at[member.location ?? ""]?.(member.locationName ?? own);
      if (text !== undefined) input[own] = locatedValue(model, member, text, url.searchParams);
    }
    const text = body?.toString("utf8") ?? "";
    const content = payload === undefined ? name : (members[payload]?.shape ?? "");
    const type = model.shape(content).type;
    const document =
      type !== "structure"
        ? text
        : text === ""
          ? {}
          : protocol === "rest-json"
            ? inputOfJson(model, content, JSON.parse(text))
            : inputOfXml(model, content, text);
    if (payload === undefined) Object.assign(input, document);
    else if (text !== "") input[payload] = document;
    return model.problemsOf(name, input);
  }
}

function locatedValue(
  model: ServiceModel,
  { shape, locationName = "" }: Member,
  text: string,
  query: URLSearchParams,
): unknown {
  const { type, member } = model.shape(shape);
  if (type !== "list") return scalar(type, text);
  return query.getAll(locationName).map((item) => scalar(model.shape(member?.shape ?? "").type, item));
}

/** The routes of a REST service, those with more conditions first. */
function routesOf(model: ServiceModel): Route[] {
  return Object.values(model.operations)
    .flatMap((operation) => {
      // A deprecated operation has the path of its successor.
      if (!operation.http || operation.deprecated) return [];
      const [path = "", query = ""] = operation.http.requestUri.split("?");
      const names = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name = ""]) => name);
      const pattern = path
        .replace(/[.*?^$()[\]\\|]/g, "\\$&")
        .replace(/\{[^}]+\+\}/g, "(.+)")
        .replace(/\{[^}]+\}/g, "([^/]+)");
      return [
        {
          method: operation.http.method,
          path: new RegExp(`^${pattern === "/" ? "/" : pattern.replace(/\/$/, "/?")}$`),
          names,
          query: [...new URLSearchParams(query)],
          headers: requiredHeaders(model, operation),
          operation,
        },
      ];
    })
    .sort(
      (one, other) =>
        other.query.length - one.query.length ||
        other.headers.length - one.headers.length ||
        one.names.length - other.names.length,
    );
}

function requiredHeaders(model: ServiceModel, { input }: Operation): string[] {
  const { members = {}, required = [] } = input ? model.shape(input.shape) : {};
  return required.flatMap((name) => {
    const { location, locationName = name } = members[name] ?? { shape: "" };
    return location === "header" ? [locationName.toLowerCase()] : [];
  });
}
