/**
 * Reads an EnvironmentFile by systemd's documented rules, as far as KEY="value" lines need them: inside double quotes a
 * backslash escapes a double quote, a backslash, a backtick and a dollar; a line break after it is removed with it;
 * before anything else it is kept. Nothing is substituted.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
 */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const [line, name, quoted] = /^([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\[\s\S])*)"\n/.exec(rest) ?? [];
    if (line === undefined || name === undefined || quoted === undefined)
      throw new Error(`systemd would not read ${JSON.stringify(rest.slice(0, 80))}`);
    variables[name] = quoted.replace(/\\([\s\S])/g, (both, after: string) =>
      after === "\n" ? "" : /["\\`$]/.test(after) ? after : both,
    );
    rest = rest.slice(line.length);
  }
  return variables;
}

/** The plain variables in the user data of a virtual machine, encoded as the cloud receives it. */
export function environmentIn(userData: unknown): Record<string, string> {
  const text = Buffer.from(String(userData), "base64").toString();
  const { write_files: files } = JSON.parse(text.slice(text.indexOf("\n"))) as {
    write_files: { path: string; content: string }[];
  };
  return parseEnvironmentFile(
    Buffer.from(files.find(({ path }) => path.endsWith("/environment"))?.content ?? "", "base64").toString(),
  );
}
