import { skipBookkeeping, skipClosureSerializer } from "../plan/offline/sdk";

/** What a process has taken since its start. */
export interface PlanCost {
  readonly milliseconds: number;
  /** Milliseconds of computing, in all threads. */
  readonly computed: number;
  /** The largest memory. */
  readonly megabytes: number;
}

/*
 * Plans the given number of services, or registers their resources alone (`bare`), in a process like that of
 * `npm run -s plan`, and prints the cost as JSON.
 */
async function main(): Promise<void> {
  skipClosureSerializer();
  const { planServices, registerResources } = await import("./services");
  skipBookkeeping();
  const [, , count, kind] = process.argv;
  await (kind === "bare" ? registerResources : planServices)(Number(count));
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cost: PlanCost = {
    milliseconds: performance.now(),
    computed: (userCPUTime + systemCPUTime) / 1000,
    megabytes: maxRSS / 1024,
  };
  process.stdout.write(JSON.stringify(cost));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
