import RPCClient from "@alicloud/pop-core";
import { ProxyAgent } from "proxy-agent";
import { now, repeated, sleep } from "../../clock.remote";
import { credentials } from "./credentials.remote";
import { accountAdvice, codeOf, describeError, isMissing } from "./errors.remote";

export { codeOf, describeError, isMissing };

/** The services that the remote modules and `npm run verify` call, with the version of each API. */
const versions = {
  alb: "2020-06-16",
  cms: "2019-01-01",
  cr: "2018-12-01",
  eci: "2018-08-08",
  ecs: "2014-05-26",
  ess: "2014-08-28",
  kms: "2016-01-20",
  nas: "2017-06-26",
  quotas: "2020-05-10",
  ram: "2015-05-01",
  resourcemanager: "2020-03-31",
  vpc: "2016-04-28",
} as const;

/** The parameters of a request. */
export type Parameters = Readonly<Record<string, unknown>>;

/** The API of one of Alibaba Cloud's services. */
export class Api {
  /**
   * @param service which service
   * @param endpoint its URL
   * @param common parameters that every request has, such as the region
   */
  constructor(
    private readonly service: keyof typeof versions,
    private readonly endpoint: string,
    private readonly common: Parameters = {},
  ) {}

  /**
   * Sends a request. One that only reads is repeated for a minute while the cloud does not answer; what a lost one of
   * the others has done is for the caller to find out. Errors are thrown as `once` throws them.
   */
  request<Reply>(action: string, parameters: Parameters): Promise<Reply> {
    const send = () => this.once<Reply>(action, parameters);
    return /^(Describe|Get|List)[A-Z]/.test(action) ? repeated(send, isUnanswered, 60) : send();
  }

  /** Sends a request once. A reply with an error code is thrown, with the code as `code` and the reply as `data`. */
  async once<Reply>(action: string, parameters: Parameters, timeoutSeconds = 15): Promise<Reply> {
    const keys = await credentials();
    const client = new RPCClient({ endpoint: this.endpoint, apiVersion: versions[this.service], ...keys });
    const options = { method: "POST", agent: new ProxyAgent(), timeout: timeoutSeconds * 1000 };
    return client.request<Reply>(action, flat({ ...this.common, ...parameters }), options).catch((error: unknown) => {
      if (error instanceof Error) error.message += accountAdvice(this.service, error);
      throw error;
    });
  }

  /** All pages of a list that continues with `NextToken`, each requested by `send`. */
  async pages<Page extends { readonly NextToken?: string }>(
    action: string,
    parameters: Parameters,
    send: "request" | "once" = "request",
  ): Promise<Page[]> {
    const pages: Page[] = [];
    for (let token: string | undefined; token !== ""; token = pages.at(-1)?.NextToken ?? "") {
      const next = token === undefined ? {} : { NextToken: token };
      pages.push(await this[send]<Page>(action, { ...parameters, ...next }));
    }
    return pages;
  }
}

/**
 * The parameters as a request has them: `Actions.1.Config.Values.2` for what is nested. Undefined ones are left out.
 */
function flat(value: unknown, name = ""): Record<string, unknown> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null) return { [name]: value };
  const parts = Array.isArray(value)
    ? value.map((part: unknown, index) => [String(index + 1), part] as const)
    : Object.entries(value);
  return Object.assign({}, ...parts.map(([key, part]) => flat(part, name === "" ? key : `${name}.${key}`))) as Record<
    string,
    unknown
  >;
}

/** Whether these credentials are missing or wrong, so that no request will succeed. */
export function isUnauthenticated(error: unknown): boolean {
  return /InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurityToken|unable to get credential/i.test(
    describeError(error),
  );
}

/** Whether these credentials lack the permission for a request. */
export function isForbidden(error: unknown): boolean {
  return /Forbidden|NoPermission|NoPrivilege|Unauthorized/i.test(describeError(error));
}

/**
 * Whether a request may succeed later: what it changes is being changed already, or the cloud did not answer. Of these
 * codes the provider repeats a request too, and of every one of a priority that another request has just taken.
 */
export function isPassing(error: unknown): boolean {
  return isUnanswered(error) || (!isRefused(error) && busy.test(codeOf(error)));
}

/** Whether a request got no reply, or one that says that the service could not work on it. */
function isUnanswered(error: unknown): boolean {
  const code = codeOf(error);
  return (
    !isRefused(error) &&
    (/^E[A-Z]+$/.test(code) || /timeout|socket hang up/i.test(describeError(error)) || failing.test(code))
  );
}

function isRefused(error: unknown): boolean {
  return isUnauthenticated(error) || isForbidden(error);
}

const busy =
  /^(Incorrect\w*Status|ResourceInConfiguring|ResourceInUse|Conflict|DeleteConflict|DependencyViolation|InvalidOperation\.Conflict|OperationConflict|OperationDenied\.\w*InProgress|ScalingActivityInProgress|TaskConflict|InvalidIpStatus\.HasBeenUsedBy)/;
const failing =
  /^Throttling|ServiceUnavailable|InternalError|SystemBusy|IdempotenceProcessing|LockFailed|OperationFailed|UnknownError|LastTokenProcessing/;

/**
 * Repeats `work` every two seconds while it fails for a reason that passes, at most for `limitSeconds`. It must find
 * out itself what an attempt whose answer was lost has done.
 */
export function untilFree<Result>(work: () => Promise<Result>, limitSeconds = 600): Promise<Result> {
  return repeated(work, isPassing, limitSeconds);
}

/** Calls `find` every two seconds until it returns something, at most for `limitSeconds`. */
export async function until<Result>(
  what: string,
  find: () => Promise<Result | undefined>,
  limitSeconds = 600,
): Promise<Result> {
  const deadline = now() + limitSeconds * 1000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (now() >= deadline) throw new Error(`${what} after ${limitSeconds} s`);
    await sleep(2000);
  }
}

/** Repeats `work` every two seconds for a minute, unless it fails for lack of credentials or of a permission. */
export function withRetries<Result>(work: () => Promise<Result>): Promise<Result> {
  return repeated(work, (error) => !isRefused(error), 60);
}
