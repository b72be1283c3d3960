/** What AWS refuses and the emulator accepts; one subject per file. */
import { listeners } from "./listeners";
import type { Refusal } from "./refusal";
import { rules } from "./rules";

/** The refusals of one emulator. */
export function refusals(): Refusal[] {
  return [listeners(), rules()];
}
