/** What AWS refuses and the emulator accepts; one subject per file. */
import { balancers } from "./balancers";
import { listeners } from "./listeners";
import type { Refusal } from "./refusal";
import { rules } from "./rules";

/** The refusals of one emulator. */
export function refusals(): Refusal[] {
  return [balancers(), listeners(), rules()];
}
