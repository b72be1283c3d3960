/** The fixture of the doubles' own tests: an emulator behind its gateway, without an engine. */
import type { AccountState } from "./account";
import { Emulator } from "./emulator";
import { Gateway } from "./gateway";
import { findEmulator, needs } from "./toolchain";

/**
 * An empty emulator behind a gateway for the tests of the calling suite. The gateway's `reader` has clients for its
 * services.
 */
export function emulatedAws(account?: AccountState): { readonly gateway: Gateway; readonly emulator: Emulator } {
  const started = {} as { gateway: Gateway; emulator: Emulator };
  before(async function () {
    started.emulator = new Emulator(needs(this, findEmulator()));
    await started.emulator.start({ DOCKER_HOST: "unix:///nonexistent/docker.sock" });
    started.gateway = new Gateway(started.emulator, account);
    await started.gateway.start();
  });
  after(async () => {
    await (started.gateway as Gateway | undefined)?.stop();
    await (started.emulator as Emulator | undefined)?.stop();
  });
  return started;
}

/** The error code of a call that must be refused, with its message. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
    throw error;
  }
  throw new Error("the call was not refused");
}
