/**
 * What may follow `key:` in a mapping that is indented by two spaces: strings in quotes, blocks, lists and mappings in
 * unusual notations. The engine's test holds them against its own reading.
 */

/** Those that the engine and the plan read as the same value. */
export const structuresReadAlike: readonly string[] = [
  // Strings in quotes
  ...[` ""`, ` ''`, ` "0123"`, ` '2024-01-15'`, ` "null"`, ` "true"`, ` "1.10"`, ` "1_000"`, ` 'it''s'`, ` "  lead  "`],
  ...[
    ` "a\\u00e9\\x41\\n\\t\\0b"`,
    ` "\\U0001F600"`,
    ` "\\N\\_\\L\\P\\e\\a\\b\\f\\v"`,
    ` "\\u2028"`,
    ` "\\x7f\\u0000"`,
  ],
  ...[` "a\n     b\n\n     c"`, ` "a \\\n    b"`, ` 'it''s\n    two'`, ` 'a\n\n\n    b  '`, ` "a\\\n    \\ b"`],
  ...[` "tab\there"`, ` "é 漢 😀"`, ` "a" # comment`, ` "---"`, ` "a: b # c"`, ` "\ufeffx"`, ` "a\r\n    b"`],
  // Strings without quotes
  ...[
    ` plain\n    in lines\n\n    of text`,
    ` a # comment`,
    ` a\t# comment`,
    ` a#b`,
    ` a  b   c`,
    ` ---x`,
    ` a...`,
    ` <script>&amp;`,
  ],
  ...[` x\r`, ` tab\there`, ` <<`, ` =`, ` &anchored`, ` &anchored ""`, ` &anchor-1 x`, ``, ` ~`, ` null`, ` 1 2`],
  // Tags that say what the notation says
  ...[` !!str 0123`, ` !!str 2024-01-15`, ` !!str`, ` !!str true`, ` !!str x`, ` !!map {a: b}`, ` !!seq [a]`],
  // Blocks
  ...[
    ` |\n    a\n      b\n\n    c\n\n`,
    ` |-\n    a\n    b\n\n`,
    ` |+\n    a\n\n\n`,
    ` |2\n      a\n    b\n`,
    ` | # c\n    a # b\n`,
  ],
  ...[
    ` >\n    a\n    b\n\n    c\n      d\n    e\n`,
    ` >-\n    a\n    b`,
    ` >+\n    a\n\n    b\n\n\n`,
    ` >2-\n     a\n    b\n     c\n`,
  ],
  ...[
    ` |\n    a\t\n    \tb\n`,
    ` >\n    a\t\n    \tb\n    c\n`,
    ` |\n    a  \n    b   \n      \n    c\n`,
    ` >\n    a  \n    b\n`,
  ],
  ...[
    ` |-\n`,
    ` |\n`,
    ` >\n    a\n\n      b\n\n    c\n`,
    ` |\r\n    a\r\n    b\r\n`,
    ` |1\n   a\n`,
    ` |\n    a\n   # c\n`,
  ],
  // Lists and mappings
  ...[
    ` {}`,
    ` []`,
    ` {a: 1, b: [x, {c: d}], "e":f}`,
    ` {a, b: , c}`,
    ` {"a":1,"b":"c"}`,
    ` {a:1}`,
    ` [a:b, "c":d]`,
    ` [a: b]`,
  ],
  ...[
    ` [? x : y]`,
    ` {? a : b}`,
    ` [http://x/y, c]`,
    ` [a, # c\n    b]`,
    ` {a: b, # c\n    d: e}`,
    ` [\ta,\tb]`,
    ` {a:\tb}`,
  ],
  ...[
    `\n    - - a\n      - b\n    -\n      - c\n    - x: 1\n      y: 2`,
    `\n  - a\n  - b`,
    `\n    a:\n    - b\n    - c`,
  ],
  ...[
    `\n    ? a\n    : b\n    ? c`,
    `\n    "a b": c\n    'd': e\n    f g: h`,
    `\n    ? "x"\n    : - a\n      - b`,
    `\n    a: 1\r\n    b: x\r\n`,
  ],
  ...[
    `\n    é: 1\n    z: 2\n    \u{1F600}: 3\n    \uffee: 4`,
    `\n    a.b: 1\n    "c[0]": 2`,
    `\n    ? |\n      block\n    : v`,
  ],
  ...[`\n    constructor: x\n    toString: y`],
  // Aliases, and mappings that are merged
  ...[
    `\n    a: &y [1, 2]\n    b: *y`,
    `\n    a: &z hello\n    b: *z`,
    `\n    <<: {a: 1}\n    b: 2`,
    `\n    - <<: {a: 1}\n      b: 2`,
  ],
  `\n    base: &b1 {x: 1, y: 2}\n    d: {<<: *b1, y: 3}\n    e: {y: 3, <<: *b1}\n    f: {<<: [*b1, {z: 1, x: 7}]}`,
  `\n    base: &b2 {x: {q: 1}}\n    d:\n      <<: *b2\n      x: {r: 2}`,
];

/** Those that one of them reads as another value, or not at all. */
export const structuresMisread: readonly string[] = [
  ...[
    ` !!binary aGVsbG8=`,
    ` !mine x`,
    ` !!int 5`,
    ` !!float 1`,
    ` !!bool true`,
    ` !!timestamp 2024-01-15`,
    ` ! x`,
    ` !!null x`,
  ],
  ...[` !!set {a, b}`, ` !!omap [a: 1]`, ` [!!binary aGVsbG8=]`, ` {a: !mine x}`],
  ...[
    `\n    0x1f: a`,
    `\n    12: a`,
    `\n    true: a`,
    `\n    ~: a`,
    `\n    2024-01-15: a`,
    `\n    1.10: a`,
    `\n    "<<": {a: 1}`,
  ],
  ...[` |\n\n    a\n`, ` >\n\n    a\n`, ` |+\n`, ` >\n    \n    a\n    \n    b\n`],
  ...[` "a\\/b"`, ` "\\ud83d\\ude00"`, ` "\\ud83d"`, ` &a.b x`, ` a\u2028b`, ` \u0085x`, ` # a\u2029b`],
  ...[` [0123]`, ` {a: 1_000}`, `\n    - 2024-01-15`, `\n    a: &a 0x1f\n    b: *a`],
];
