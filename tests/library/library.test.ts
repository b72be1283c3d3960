/** The library as an installed package. Packing compiles it, so it is done once. */
import { onTheEngine } from "./engine";
import { itsContents } from "./package";
import { LibraryPackage } from "./support/package";
import { itsTypes } from "./types";

describe("the packed library", () => {
  let library: LibraryPackage;
  before(() => {
    library = LibraryPackage.pack();
  });
  after(() => {
    library.remove();
  });
  const packed = () => library;

  itsContents(packed);
  itsTypes(packed);
  onTheEngine(packed);
});
