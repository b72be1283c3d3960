/** Parses HTTP requests to AWS, and builds errors in each of AWS's protocols. */
import type { IncomingHttpHeaders } from "node:http";

/** The format of a service's requests and errors. */
export type Protocol = "ec2" | "query" | "json" | "cbor" | "rest-xml" | "rest-json";

/** A parsed request. */
export interface AwsCall {
  /**
   * The service's name in the signature: `ec2`, `elasticloadbalancing`, `autoscaling`, `ecs`, `s3`,
   * `application-autoscaling`, …
   */
  service: string;
  /** The operation. If the request names none (S3, EFS), method and path such as `PUT /bucket?versioning`. */
  action: string;
  protocol: Protocol;
  region: string;
  /** The access key that signed the request; empty for a request without a signature. */
  accessKey: string;
  method: string;
  url: URL;
  /** The request's form fields or JSON document; empty for other bodies. */
  parameters: Record<string, unknown>;
}

/** An HTTP answer. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/**
 * A request that names its bucket in the host, as S3's clients do, in the form that the emulator reads: in the path.
 */
export function withBucketInPath(url: URL): URL {
  const bucket = /^([a-z0-9][a-z0-9.-]+)\.aws\.test$/.exec(url.hostname)?.[1];
  // S3 Control has the account in front of the host.
  if (bucket === undefined || url.pathname.startsWith("/v20180820/")) return url;
  const found = new URL(url);
  found.hostname = "aws.test";
  found.pathname = `/${bucket}${url.pathname}`;
  return found;
}

/** Whether a request's body is the data of an object of S3, and no document. */
export function isObjectData(url: URL, headers: IncomingHttpHeaders): boolean {
  return /\/s3\/aws4_request/.test(headers.authorization ?? "") && /^\/(?!v20180820\/)[^/]+\/./.test(url.pathname);
}

/** Parses a request; `body` is its text, which is empty for an object's data. */
export function parseCall(method: string, url: URL, headers: IncomingHttpHeaders, body: string): AwsCall {
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? "");
  const signedFor = scope?.[3] ?? "unknown";
  // S3 Control signs as S3; only the version in the path distinguishes it.
  const service = signedFor === "s3" && url.pathname.startsWith("/v20180820/") ? "s3-control" : signedFor;
  const common = { service, region: scope?.[2] ?? "unknown", accessKey: scope?.[1] ?? "", method, url };
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    return { ...common, protocol: "json", action: target.split(".").at(-1) ?? target, parameters: jsonObject(body) };
  }
  const cbor = /\/service\/[^/]+\/operation\/(\w+)/.exec(url.pathname);
  if (cbor?.[1]) return { ...common, protocol: "cbor", action: cbor[1], parameters: {} };
  const isForm = /x-www-form-urlencoded/.test(headers["content-type"] ?? "");
  const form = new URLSearchParams(isForm ? body : url.search);
  const action = form.get("Action");
  if (action)
    return { ...common, protocol: service === "ec2" ? "ec2" : "query", action, parameters: Object.fromEntries(form) };
  const protocol = service.startsWith("s3") || service === "route53" ? "rest-xml" : "rest-json";
  return { ...common, protocol, action: `${method} ${url.pathname}${url.search}`, parameters: {} };
}

/**
 * An error in the protocol of EC2 or in the query protocol, which every other service with named actions and XML has.
 */
export function xmlError(protocol: "ec2" | "query", status: number, code: string, message: string): Answer {
  const error = `<Code>${escaped(code)}</Code><Message>${escaped(message)}</Message>`;
  return protocol === "ec2"
    ? xml(status, `<Response><Errors><Error>${error}</Error></Errors><RequestID>double</RequestID></Response>`)
    : xml(
        status,
        `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>double</RequestId></ErrorResponse>`,
      );
}

/** An error that AWS answers with. */
export interface Refused {
  code: string;
  message: string;
  /** The HTTP status. @default 400 */
  status?: number;
}

/** An error of a service; its HTTP status is 400 unless it has another. */
export interface ServiceError {
  code: string;
  message: string;
  status?: number;
}

/** An error with a code, in the protocol of the call. */
export function refused({ protocol }: AwsCall, error: ServiceError): Answer {
  const { code, message, status = 400 } = error;
  switch (protocol) {
    case "ec2":
    case "query":
      return xmlError(protocol, status, code, message);
    case "rest-xml":
      return bucketError(status, code, message);
    case "cbor":
      return cborError(code, message);
    default:
      return jsonError(status, code, message);
  }
}

/** An error's code and HTTP status, by protocol; CBOR's status is always 400. */
type PerProtocol = Readonly<Record<Protocol, readonly [code: string, status: number]>>;

const throttling: PerProtocol = {
  ec2: ["RequestLimitExceeded", 503],
  query: ["Throttling", 400],
  "rest-xml": ["SlowDown", 503],
  json: ["ThrottlingException", 400],
  "rest-json": ["ThrottlingException", 429],
  cbor: ["ThrottlingException", 400],
};

const denial: PerProtocol = {
  ec2: ["UnauthorizedOperation", 403],
  query: ["AccessDenied", 403],
  "rest-xml": ["AccessDenied", 403],
  json: ["AccessDeniedException", 400],
  "rest-json": ["AccessDeniedException", 400],
  cbor: ["AccessDeniedException", 400],
};

const expiry: PerProtocol = {
  ec2: ["RequestExpired", 400],
  query: ["ExpiredToken", 403],
  "rest-xml": ["ExpiredToken", 400],
  json: ["ExpiredTokenException", 400],
  "rest-json": ["ExpiredTokenException", 400],
  cbor: ["ExpiredTokenException", 400],
};

function inProtocol(call: AwsCall, errors: PerProtocol, message: string): Answer {
  const [code, status] = errors[call.protocol];
  return refused(call, { code, message, status });
}

/** The throttling error of a service, in its own protocol. */
export function throttled(call: AwsCall): Answer {
  const message = call.protocol === "rest-xml" ? "Please reduce your request rate." : "Rate exceeded";
  return inProtocol(call, throttling, message);
}

/** The error of a service for a caller without the permission, in its own protocol. */
export function denied(call: AwsCall): Answer {
  return inProtocol(call, denial, `The caller is not authorized to perform: ${call.action}`);
}

/** The error of a service for credentials that have ended, in its own protocol. */
export function expired(call: AwsCall): Answer {
  return inProtocol(call, expiry, "The security token included in the request is expired");
}

function bucketError(status: number, code: string, message: string): Answer {
  return xml(
    status,
    `<Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message><RequestId>fault</RequestId></Error>`,
  );
}

function cborError(code: string, message: string): Answer {
  // A text of up to 255 bytes: https://www.rfc-editor.org/rfc/rfc8949#section-3.1
  const text = (value: string) => Buffer.concat([Buffer.from([0x78, Buffer.byteLength(value)]), Buffer.from(value)]);
  const body = Buffer.concat([Buffer.from([0xa2]), ...["__type", code, "message", message].map(text)]);
  return { status: 400, headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" }, body };
}

export function jsonError(status: number, type: string, message: string): Answer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": type },
    body: JSON.stringify({ __type: type, message }),
  };
}

/** Text as XML content. */
export function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] ?? character);
}

function xml(status: number, body: string): Answer {
  return { status, headers: { "content-type": "text/xml" }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
