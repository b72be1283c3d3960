import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { instance } from "@viz-js/viz";

/** Renders the README's picture: docs/picture.dot, in Graphviz's language, to docs/picture.svg. */

/** The rendered picture. */
export const picture = join(__dirname, "picture.svg");

/** Renders the picture from its source. */
export async function renderPicture(): Promise<string> {
  const viz = await instance();
  return viz.renderString(readFileSync(join(__dirname, "picture.dot"), "utf8"), { format: "svg" });
}

if (require.main === module)
  void renderPicture().then((svg) => {
    writeFileSync(picture, svg);
  });
