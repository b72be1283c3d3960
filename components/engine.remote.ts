import { connect } from "node:net";

/**
 * The address of the engine that the dynamic provider's process serves, its last argument. The process may outlive the engine: its
 * parent is a shell in some installations, and ends later.
 */
const address = /^127\.0\.0\.1:(\d+)$/.exec(process.argv.at(-1) ?? "");

/**
 * Whether the engine still runs: nothing else refuses a connection on this machine. Outside of a dynamic provider's process, as in a
 * unit test, it is taken to run.
 */
export function isEngineRunning(): Promise<boolean> {
  if (address === null) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: Number(address[1]), timeout: 2000 });
    const end = (running: boolean) => {
      socket.destroy();
      resolve(running);
    };
    for (const event of ["connect", "timeout"])
      socket.once(event, () => {
        end(true);
      });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      end(error.code !== "ECONNREFUSED");
    });
  });
}
