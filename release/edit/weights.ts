import type { PlannedRelease } from "../../plan/contract";
import { PlanFailure } from "../../plan/failure";
import {
  type FileEdit,
  type Place,
  fileOf,
  listed,
  named,
  readStackText,
  releasesIn,
  servicePath,
  tried,
} from "./stack-file";

/**
 * The edit after which the stack file gives releases other shares of the traffic, in percent by their ids or versions.
 * The service's own release has the rest. Throws a PlanFailure for releases that the file does not have, and for shares
 * that do not add up.
 */
export async function weightsEdit(place: Place, shares: ReadonlyMap<string, number>): Promise<FileEdit> {
  const [file, before] = [fileOf(place), await readStackText(place)];
  const now = await releasesIn(place);
  const wanted = new Map([...shares].map(([name, weight]) => [indexOf(name, now, file), weight]));
  const further = now.slice(1).map(({ weight }, index) => wanted.get(index + 1) ?? weight);
  const rest = 100 - further.reduce((sum, weight) => sum + weight, 0);
  const own = wanted.get(0) ?? rest;
  if (own !== rest || rest < 0)
    throw new PlanFailure(
      `the shares must add up to 100 percent, got ${100 - rest + (wanted.get(0) ?? 0)}: ` +
        now
          .map(({ id, weight }, index) => `${id} ${(index === 0 ? wanted.get(0) : further[index - 1]) ?? weight}`)
          .join(", "),
    );
  const edits = further.flatMap((weight, index) =>
    weight === now[index + 1]?.weight ? [] : [{ path: servicePath("releases", index, "weight"), value: weight }],
  );
  if (edits.length === 0) throw new PlanFailure(`${file} has these shares already: run pulumi up`);
  const { after, releases } = await tried(place, before, edits);
  const text = releases.map(({ version, weight }) => `${version} ${weight} %`).join(", ");
  return { file, before, after, purpose: text };
}

function indexOf(name: string, releases: readonly PlannedRelease[], file: string): number {
  const [found, another] = named(name, releases);
  if (found !== undefined && another === undefined) return releases.indexOf(found);
  throw new PlanFailure(
    another === undefined
      ? `${file} has no release ${name}; it has ${listed(releases)}. A release of before gets a share once it is under releases`
      : `several releases of ${file} have version ${name}: name one by its id: ${listed(releases)}`,
  );
}
