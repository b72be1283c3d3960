import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { OnCloud } from "../../components/stack-file/per-cloud";
import type { serviceSchema } from "../../components/stack-file/schema";
import type { ServiceArgs, ServiceConfig } from "../../components/stack-file/types";
import { render, written } from "../../docs/service-args";

/** The same type with every part read-only, as the generated types are. */
type ReadOnly<T> = T extends
  string | number | boolean | null | undefined | Promise<unknown> | pulumi.OutputInstance<unknown>
  ? T
  : { readonly [K in keyof T]: ReadOnly<T[K]> };

/** Compiles only for types that can stand for each other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const isSame: { readonly args: Same<ServiceArgs, Input>; readonly config: Same<ServiceConfig, Output> } = {
  args: true,
  config: true,
};
type Input = ReadOnly<z.input<typeof serviceSchema>>;
type Output = OnCloud<z.output<typeof serviceSchema>>;

describe("components/stack-file/types.ts", () => {
  it("is what the schema says", async () => {
    assert.equal(written(), await render(), "components/stack-file/types.ts is stale; run npm run docs");
  });

  it("has the types that the schema itself infers", () => {
    assert.deepEqual(isSame, { args: true, config: true });
  });

  it("documents every field and every interface", () => {
    const undocumented = written()
      .split("\n")
      .filter((line, index, lines) => /^ {2}readonly |^export /.test(line) && !lines[index - 1]?.endsWith("*/"));
    assert.deepEqual(undocumented, []);
  });
});
