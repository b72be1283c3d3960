import type { Problem } from "../../stack-file/problems";
import type { CloudOptions } from "../cloud";
import { readRegion } from "../settings";

/** Reads AWS's own keys. Adds what is wrong with them to `problems`; the result is then incomplete. */
export function readOptions(problems: Problem[]): CloudOptions {
  return { region: readRegion("aws", "us-east-1", problems) };
}
