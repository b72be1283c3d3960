import { type Document, type Pair, type ParsedNode, Scalar, isAlias, isMap, isScalar, isSeq } from "yaml";
import { isHidden } from "../../components/stack-file/credentials";
import { hasUnknownEscape, isReadAlike } from "./yaml-scalars";

/** What the engine and this plan's reader read differently. */
export interface ReadingProblem {
  /** The place in the part that is checked; empty for the file as a whole. */
  readonly at: readonly (string | number)[];
  /** What is wrong and how to fix it, with the line. */
  readonly message: string;
}

type Path = ReadingProblem["at"];

/** How a tag such as `!!binary` begins in full. */
const standardTag = "tag:yaml.org,2002:";

/**
 * Visits a part of a document and collects what the engine reads as something else, or refuses. A scalar without quotes
 * that would be another value becomes the text as it is written.
 */
export class Differences {
  readonly problems: ReadingProblem[] = [];
  /** An alias leads to a node again, which may even have the alias inside. */
  private readonly seen = new Set<ParsedNode>();

  /** `text` is the whole file, `lineOf` gives the line of a position in it. */
  constructor(
    private readonly document: Document.Parsed,
    private readonly text: string,
    private readonly lineOf: (position: number) => number,
  ) {}

  visit(node: ParsedNode | null, path: Path): void {
    if (node === null || this.seen.has(node)) return;
    this.seen.add(node);
    if (isAlias(node)) {
      this.visit((node.resolve(this.document) ?? null) as ParsedNode | null, path);
      return;
    }
    if (node.tag !== undefined && node.tag !== plainTag(node)) this.addTag(node, path);
    if (node.anchor !== undefined && !/^[\w-]+$/.test(node.anchor))
      this.add(
        node,
        path,
        "has an anchor that the engine refuses: name it with letters, digits, dashes and underscores",
      );
    if (isScalar(node)) this.visitScalar(node, path);
    else if (isSeq(node)) for (const [index, item] of node.items.entries()) this.visit(item, [...path, index]);
    else if (isMap(node)) for (const pair of node.items) this.visitPair(pair, path);
  }

  private visitPair({ key, value }: Pair<ParsedNode, ParsedNode | null>, path: Path): void {
    if (!isScalar(key)) {
      this.add(key, path, "has a key that is not a string");
      return;
    }
    const name = key.source;
    const isMerge = name === "<<";
    if (isMerge && key.type !== Scalar.PLAIN)
      this.add(key, path, "has a key << in quotes, with which the engine merges a mapping: use another key");
    else if (!isMerge && typeof key.value !== "string")
      this.add(key, [...path, name], "is a key that is not read as it is written: put it in quotes");
    else this.visitScalar(key, path);
    this.visit(value, isMerge ? path : [...path, name]);
  }

  private visitScalar(node: Scalar.Parsed, path: Path): void {
    const { source } = node;
    if (node.type === Scalar.PLAIN) {
      if (isReadAlike(source) || node.tag === plainTag(node)) return;
      const example = isHidden(path) ? "" : `, ${JSON.stringify(source)}`;
      this.add(node, path, `is not read as it is written: put it in quotes${example}`);
      node.value = source;
    } else if (node.type === Scalar.QUOTE_DOUBLE) {
      if (hasUnknownEscape(this.text.slice(node.range[0], node.range[1])))
        this.add(node, path, "has an escape that the engine refuses: write the character itself");
    } else if (node.type !== Scalar.QUOTE_SINGLE && source.startsWith("\n"))
      this.add(node, path, "begins with an empty line, which the engine drops: put it in quotes, with \\n");
  }

  private addTag(node: ParsedNode, path: Path): void {
    const remedy = isScalar(node) ? "put the value in quotes, without a tag" : "remove it";
    const tag = (node.tag ?? "").replace(standardTag, "!!");
    this.add(node, path, `has the tag ${tag}, which is not read as it is written: ${remedy}`);
  }

  private add({ range: [position] }: ParsedNode, at: Path, message: string): void {
    this.problems.push({ at, message: `${message} (line ${this.lineOf(position)})` });
  }
}

/** The tag that says no more than the notation does. */
function plainTag(node: ParsedNode): string {
  return `${standardTag}${isScalar(node) ? "str" : isSeq(node) ? "seq" : "map"}`;
}
