/** Runs a container of the app, and asks it. */
import { docker, until } from "../../engine/traffic/process";

/** A container under test. */
export interface RunningApp {
  readonly container: string;
  readonly url: string;
}

/** The least that an instance is given: no root, no rights, nothing to write on but /tmp. */
const locked = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "512m"];

/** For each request: the app would wait for a kept connection when it stops. */
export const closing = { Connection: "close" };

/** Starts a container of an image; `url` is where it can be reached from here. */
export async function startApp(image: string, options: readonly string[] = []): Promise<RunningApp> {
  const container = await docker("run", "--detach", ...locked, ...options, image);
  const address = await docker(
    "inspect",
    "--format",
    "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
    container,
  );
  return { container, url: `http://${address}:8080` };
}

/** Waits until the health path answers; for a container that has ended, the error has its last lines. */
export async function healthy({ container, url }: RunningApp, withinMs = 60_000): Promise<void> {
  try {
    await until(
      `${url}/healthz`,
      withinMs,
      async () =>
        (await fetch(`${url}/healthz`, { headers: closing, signal: AbortSignal.timeout(5_000) }).catch(() => undefined))
          ?.ok,
    );
  } catch (error) {
    throw new Error(`${String(error)}\n${await docker("logs", "--tail", "20", container)}`);
  }
}

/** What the app answers, as text, with its status. */
export async function ask(
  url: string,
  init?: { method: string; headers: Record<string, string>; body: Buffer },
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { ...init, headers: { ...init?.headers, ...closing } });
  return { status: response.status, text: await response.text() };
}

/** Each line as the object that it is; fails on a line that is none. */
export function logLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Stops a container as the clouds do, and gives its exit code and how long it took. */
export async function stopApp({ container }: RunningApp): Promise<{ exitCode: number; milliseconds: number }> {
  const start = Date.now();
  await docker("stop", "--time", "40", container);
  const exitCode = Number(await docker("inspect", "--format", "{{.State.ExitCode}}", container));
  return { exitCode, milliseconds: Date.now() - start };
}
