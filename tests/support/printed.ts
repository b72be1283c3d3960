/** The lines that some work prints as errors, which it does not show. */
export async function printedBy(work: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const print = console.error;
  console.error = (line: string) => lines.push(line);
  try {
    await work();
  } finally {
    console.error = print;
  }
  return lines;
}
