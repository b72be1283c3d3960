/** Runs a container of the app and sends it requests. */
import { docker, until } from "../../engine/traffic/process";

/** A container under test. */
export interface RunningApp {
  readonly container: string;
  readonly url: string;
}

/** The restrictions of an instance: no capabilities, no new privileges, nothing writable but /tmp. */
const restrictions = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "512m"];

/** Headers of each request: when it stops, the app would wait for a keep-alive connection. */
export const closing = { Connection: "close" };

/** Starts a container of an image; `url` is its address on the Docker network. */
export async function startApp(image: string, options: readonly string[] = []): Promise<RunningApp> {
  const container = await docker("run", "--detach", ...restrictions, ...options, image);
  const address = await docker(
    "inspect",
    "--format",
    "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
    container,
  );
  return { container, url: `http://${address}:8080` };
}

/** Waits until the health path answers; the error contains the last lines of the container's log. */
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

/** Sends a request; returns the status and the text of the answer. */
export async function ask(
  url: string,
  init?: { method: string; headers: Record<string, string>; body: Buffer },
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { ...init, headers: { ...init?.headers, ...closing } });
  return { status: response.status, text: await response.text() };
}

/** Parses a log of one JSON object per line; throws on any other line. */
export function logLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Stops a container as the clouds do; returns its exit code and how long it took. */
export async function stopApp({ container }: RunningApp): Promise<{ exitCode: number; milliseconds: number }> {
  const start = Date.now();
  await docker("stop", "--time", "40", container);
  const exitCode = Number(await docker("inspect", "--format", "{{.State.ExitCode}}", container));
  return { exitCode, milliseconds: Date.now() - start };
}
