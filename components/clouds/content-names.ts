import { fingerprint } from "../id";

/**
 * Names the entries of a list by their content, so that a changed entry is a new one beside the old one. An output of
 * another resource is unknown when names are given, and an entry with one is named by its position among those: append
 * such entries, and remove them from the end.
 */
export function contentNames<Entry>(entries: readonly Entry[], hasOutput: (entry: Entry) => boolean): string[] {
  let outputs = 0;
  return entries.map((entry) => (hasOutput(entry) ? String(++outputs) : fingerprint(entry)));
}
