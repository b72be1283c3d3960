import { isMapping } from "../../components/stack-file/values";
import { type Answer, answerText, at, insideRemedy, isGood, isOutside, send } from "../http";
import type { Subject } from "../subject";
import { type Check, type Verdict, failed, passed, unseen } from "../verdict";

/** The path at which the example app writes and reads a file with its own role. */
export const filesPath = "/verify/files";

const remedy = `set VERIFY_TOKEN_SHA256 for an app with the path ${filesPath}, and VERIFY_TOKEN for this command: docs/operations.md`;

/** A place for files: object storage, or the shared file system. */
export type Place = "bucket" | "share";

/** Judges the response of that path. `wanted` are the places that the service has. */
export function judgeFiles(answer: Answer, wanted: readonly Place[]): Verdict {
  if (isGood(answer)) {
    const places = placesIn(answer.body);
    const left = wanted.filter((place) => !places.includes(place));
    return left.length > 0
      ? unseen(`${filesPath} has not written to: ${left.join(", ")}`, remedy)
      : passed(`the app has written and read a file: ${places.join(", ")}`);
  }
  const { status = 0, body = "" } = answer;
  if (status === 401 || status === 403 || status === 404 || status === 405)
    return unseen(`the app has no ${filesPath}, or refuses the token: ${answerText(answer)}`, remedy);
  return failed(
    `${answerText(answer)} ${body.trim().slice(0, 200)}`.trim(),
    "look at the rights of the app's role (output roleName), and at the logs (links.logs)",
  );
}

function placesIn(body: string | undefined): string[] {
  const { written } = fieldsOf(body);
  return Array.isArray(written) ? written.map(String) : [];
}

/** The fields of a response; none where it is no JSON object. */
function fieldsOf(body = ""): Readonly<Record<string, unknown>> {
  try {
    const fields = JSON.parse(body) as unknown;
    return isMapping(fields) ? fields : {};
  } catch {
    return {};
  }
}

/** The response of that path; undefined without a token. */
export type AppAnswer = () => Promise<Answer | undefined>;

/** Sends one request to that path, for every check that reads its response. `token` is that of the environment. */
export function askApp({ url: own }: Subject, url: string | undefined, token = ""): AppAnswer {
  let answer: Promise<Answer | undefined> | undefined;
  const headers = { Authorization: `Bearer ${token}` };
  return () =>
    (answer ??=
      token === ""
        ? Promise.resolve(undefined)
        : send({ url: at(url ?? own, filesPath), method: "POST", headers, timeout: 30 }));
}

/** Whether the app says that it has written a line to its log for this request, whatever became of the file. */
export function hasLogged(answer: Answer | undefined): boolean {
  return fieldsOf(answer?.body).logged === true;
}

/** The check of files; none for a service without. */
export function filesChecks({ bucket, spec, internal }: Subject, answer: AppAnswer): Check[] {
  const wanted: Place[] = [
    ...(bucket === undefined ? [] : ["bucket" as const]),
    ...(spec.files?.share === undefined ? [] : ["share" as const]),
  ];
  if (wanted.length === 0) return [];
  const run = async () => {
    const found = await answer();
    if (found === undefined) return unseen("no VERIFY_TOKEN in the environment", remedy);
    if (isOutside(found, internal)) return unseen(`the load balancer is internal: ${answerText(found)}`, insideRemedy);
    return judgeFiles(found, wanted);
  };
  return [{ name: "files by the app's role", run }];
}
