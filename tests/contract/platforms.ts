import type { Compute } from "../../components/spec";
import type { ServiceArgs } from "../../components/stack-file/schema";
import { clouds, computes, type CloudUnderTest, type Parts, wholeService } from "../support/clouds";

/** A platform, as the contract suite sees it. */
export interface PlatformUnderTest {
  readonly cloud: CloudUnderTest;
  readonly compute: Compute;
  readonly parts: Parts;
  /** A whole service on the platform, with a test's changes. */
  readonly service: (changes?: Partial<ServiceArgs>) => ServiceArgs;
  /** A further release beside the service's own, with 10 % of the traffic unless changed. */
  readonly further: (changes?: object) => NonNullable<ServiceArgs["releases"]>[number];
}

/** Runs one list of tests on every compute of every cloud. */
export function onEveryPlatform(title: string, tests: (platform: PlatformUnderTest) => void): void {
  for (const [name, cloud] of Object.entries(clouds))
    for (const compute of computes)
      describe(`${name}, ${compute}: ${title}`, () => {
        tests({
          cloud,
          compute,
          parts: cloud.parts[compute],
          service: (changes = {}) => wholeService(cloud, compute, changes),
          further: (changes = {}) => ({
            version: "1.4.1",
            image: cloud.images[compute][1],
            weight: 10,
            ...changes,
          }),
        });
      });
}
