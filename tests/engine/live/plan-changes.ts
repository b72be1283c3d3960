/**
 * Prints, as JSON, what the offline plan says of the change from one stack file to another: two plans of the working
 * tree.
 */
import { compare } from "../../../plan/derive/changes";
import { plan } from "../../../plan/plan";

const [root = "", before = "", after = ""] = process.argv.slice(2);
const request = { root, stack: "test" };

async function main(): Promise<void> {
  const from = await plan({ ...request, configFile: before });
  const to = await plan({ ...request, configFile: after });
  process.stdout.write(JSON.stringify(compare(from, to, { against: "before", commit: "before", notes: [] })));
}

void main();
