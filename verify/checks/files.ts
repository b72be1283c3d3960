import { type Answer, answerText, at, isGood, send } from "../http";
import type { Subject } from "../subject";
import { type Check, type Verdict, failed, passed, unseen } from "../verdict";

/** The path at which the example app writes and reads a file with its own role. */
export const filesPath = "/verify/files";

const remedy = `set VERIFY_TOKEN_SHA256 for an app with the path ${filesPath}, and VERIFY_TOKEN for this command: docs/operations.md`;

/** Judges the response of that path. */
export function judgeFiles(answer: Answer): Verdict {
  if (isGood(answer)) {
    const places = placesIn(answer.body);
    return places.length === 0
      ? unseen(`${filesPath} names no place that it has written to`, remedy)
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

function placesIn(body = ""): string[] {
  try {
    const { written } = JSON.parse(body) as { written?: unknown };
    return Array.isArray(written) ? written.map(String) : [];
  } catch {
    return [];
  }
}

/** The check of files; none for a service without. `token` is that of the environment. */
export function filesChecks(subject: Subject, url: string | undefined, token: string | undefined): Check[] {
  const { bucket, spec } = subject;
  if (bucket === undefined && spec.files?.share === undefined) return [];
  const run = async () => {
    if (token === undefined || token === "") return unseen("no VERIFY_TOKEN in the environment", remedy);
    const headers = { Authorization: `Bearer ${token}` };
    return judgeFiles(await send({ url: at(url ?? subject.url, filesPath), method: "POST", headers, timeout: 30 }));
  };
  return [{ name: "files by the app's role", run }];
}
