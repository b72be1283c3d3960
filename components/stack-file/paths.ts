/** Renders a path as one would index the stack file: `["scaling", 0, "metric"]` gives `scaling[0].metric`. */
export function pathOf(parts: readonly PropertyKey[]): string {
  return parts.reduce<string>(
    (path, part) =>
      typeof part === "number" ? `${path}[${part}]` : path === "" ? String(part) : `${path}.${String(part)}`,
    "",
  );
}
