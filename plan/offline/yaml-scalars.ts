/*
 * The engine reads a stack file with Go's yaml.v3, which knows more notations than the YAML 1.2 of this plan's reader:
 * numbers of YAML 1.1, and dates. The rules: resolve.go of https://github.com/go-yaml/yaml/tree/v3
 */

/** A number that both read alike, if JavaScript can hold it. */
const decimal = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;
const integer = /^[-+]?\d+$/;

/** Octal numbers of YAML 1.1 begin with 0. */
const leadingZero = /^[-+]?0\d/;

/** Underscores between digits count as nothing. */
const otherBase = /^[-+]?0([xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)$/;

const notFinite = /^[-+]?\.(inf|nan)$/i;

/** A date, alone or with a time of day. */
const date = /^\d{4}-\d{1,2}-\d{1,2}([Tt\s]|$)/;

/** Whether the engine and the plan read a scalar without quotes as the same value. A text without a notation is one. */
export function isReadAlike(source: string): boolean {
  if (notFinite.test(source) || date.test(source)) return false;
  const digits = source.startsWith("_") ? source : source.replaceAll("_", "");
  if (otherBase.test(digits)) return false;
  if (!decimal.test(digits)) return true;
  const value = Number(digits);
  const isExact = integer.test(digits) ? Number.isSafeInteger(value) && !leadingZero.test(digits) : isFinite(value);
  return digits === source && isExact && !Object.is(value, -0);
}

/** Line breaks of YAML 1.1, which YAML 1.2 takes for characters of a text. */
export const lineBreaks = /[\u0085\u2028\u2029]/;

/** Whether a text in double quotes, as it is written, has an escape of YAML 1.2 that the engine does not know. */
export function hasUnknownEscape(written: string): boolean {
  const withoutBackslashes = written.replaceAll("\\\\", "");
  // A slash, and halves of a character beyond U+FFFF.
  return /\\\/|\\[uU]0*[dD][89a-fA-F][0-9a-fA-F]{2}/.test(withoutBackslashes);
}
