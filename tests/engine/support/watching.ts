/** Looks at a cloud while an update runs. */
import { pause } from "./processes";

/** Runs an update, and looks again and again, with a short pause, until it has ended and the last look too. */
export async function whileUpdating(update: () => Promise<unknown>, look: () => Promise<void>): Promise<void> {
  const state = { running: true };
  const watching = (async () => {
    while (state.running) {
      await look();
      await pause(50);
    }
  })();
  try {
    await update();
  } finally {
    state.running = false;
    await watching;
  }
}
