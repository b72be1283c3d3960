import { PlanFailure } from "../../plan/failure";
import { type FileEdit, type Place, fileOf, readStackText, releasesIn, servicePath, tried } from "./stack-file";

/**
 * The edit after which the stack file describes a new release of the same version: its instances start anew, and read
 * their secrets as they are now. Throws a PlanFailure where the result would be the same release.
 */
export async function renewEdit(place: Place, time = new Date()): Promise<FileEdit> {
  const [file, before] = [fileOf(place), await readStackText(place)];
  const [now] = await releasesIn(place);
  const renewedAt = `${time.toISOString().slice(0, "2026-01-31T12:00:00".length)}Z`;
  const { after, releases } = await tried(place, before, [{ path: servicePath("renewedAt"), value: renewedAt }]);
  const [renewed] = releases;
  if (renewed === undefined || renewed.id === now?.id)
    throw new PlanFailure(
      `${file} describes ${now?.id ?? "no release"} with renewedAt ${renewedAt} already: run pulumi up`,
    );
  return { file, before, after, purpose: `renew ${renewed.version}` };
}
