/** How the engine renders a date or a time that has no quotes in the stack file; for a time zone without a name. */
const rendered = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) ([+-]\d{2})(\d{2}) (?:UTC|[+-]\d{4})$/;

/**
 * The date or time that the engine has rendered as this text, as it may have been written; undefined for any other
 * text. Of a date without quotes, the engine makes a text that nobody wrote: `2024-01-15` becomes
 * `2024-01-15 00:00:00 +0000 UTC`.
 */
export function writtenDate(text: string): string | undefined {
  const [, date, time, hours, minutes] = rendered.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const isUtc = hours === "+00" && minutes === "00";
  if (time === "00:00:00" && isUtc) return date;
  return `${date}T${time}${isUtc ? "Z" : `${hours}:${minutes}`}`;
}
