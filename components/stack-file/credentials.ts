/*
 * What looks like a password, a token or a key. A message, a plan and a log never show such a value. It is a guess by
 * name and form: it warns and hides, and refuses nothing.
 */

/** Words that make a variable's name that of a credential, wherever they are in it. */
const words =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|TOKEN|SECRET|CREDENTIALS?|API_?KEY|(ACCESS|PRIVATE|SECRET|ENCRYPTION|SIGNING|AUTH|LICENSE)_?KEY)(_|$|\d)/;

/** Last words of names that only describe a credential: where it is, how long it lasts, what form it has. */
const aboutOne =
  /_(FILE|PATH|DIR|URL|URI|ENDPOINT|HOST|NAME|ID|ARN|TTL|LENGTH|SIZE|TYPE|HEADER|ISSUER|AUDIENCE|EXPIRY|EXPIRATION|TIMEOUT|SECONDS|MINUTES|HOURS|DAYS|ALGORITHM|ALG|ENABLED|REQUIRED|POLICY|COUNT|LIMIT|MIN|MAX|VERSION|REGION|PREFIX|FIELD|PARAM)$/;

/** Values that are credentials whatever their name. */
const forms = [
  // Access keys of AWS and of Alibaba Cloud.
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bLTAI[A-Za-z0-9]{12,26}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // A URL with a password.
  /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i,
  // Tokens of GitHub, GitLab, Slack and Stripe.
  /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|[rs]k_live_\w{16,})\b/,
];

/** A reference to a secret, or a switch: what a credential's name may have as its value without being one. */
const harmless = /^(arn:|acs:|true$|false$|$)/i;

/** Whether a variable of this name usually has a credential as its value. */
export function isCredentialName(name: string): boolean {
  const upper = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[.:-]/g, "_")
    .toUpperCase();
  return words.test(upper) && !aboutOne.test(upper);
}

/** Whether a variable's value looks like a credential, by its name or by its form. */
export function isCredential(name: string, value: string): boolean {
  return forms.some((form) => form.test(value)) || (isCredentialName(name) && !harmless.test(value));
}

/**
 * Whether the value at a path of the stack file must not be in a message: whatever is under `secrets`, where a password
 * may have been written in place of its reference, and what has a credential's name.
 */
export function isHidden(path: readonly PropertyKey[]): boolean {
  return path.some((part) => typeof part === "string" && (part === "secrets" || isCredentialName(part)));
}
