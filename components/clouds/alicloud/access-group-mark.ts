/**
 * A stack's ownership mark as the description of an access group of file systems, which has no tags: 2 to 128 letters,
 * digits, colons, underscores and dashes, the first a letter.
 * https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createaccessgroup
 *
 * @param owner project, stack and mark, whose last characters make it unique
 */
export function accessGroupMark(owner: string): string {
  return `owner:${owner.replace(/[^A-Za-z0-9_-]/g, ":").slice(-122)}`;
}
