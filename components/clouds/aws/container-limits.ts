import { type Problem, problemIf, show } from "../../stack-file/problems";
import { cronProblem } from "../../stack-file/schedule";
import type { ValidFields } from "../../stack-file/schema";
import {
  type CheckedRelease,
  checkEnvironmentBytes,
  checkPrivateRegistry,
  noSize,
  ownSize,
  releasesOf,
  sizeText,
} from "../limits";
import { namesBothDays } from "./cron";
import { cheapestFargate, isFargateSize } from "./instance-types";

/** Bytes that the environment may have in a container definition. */
const environmentBytes = 32_768;

/** Everything that AWS would refuse of containers, found without a request to it. */
export function checkContainer(service: ValidFields): Problem[] {
  return [...releasesOf(service).flatMap(checkRelease), ...checkSchedules(service)];
}

function checkRelease(release: CheckedRelease): Problem[] {
  const {
    prefix,
    own: { disk, environment, image },
  } = release;
  return [
    ...checkSize(release),
    ...checkPrivateRegistry(image, `${prefix}image`, "aws"),
    ...problemIf(
      disk?.sizeGiB !== undefined && disk.sizeGiB > 200,
      `${prefix}disk.sizeGiB`,
      `must be at most 200 on Fargate, got ${disk?.sizeGiB ?? ""}`,
    ),
    ...checkEnvironmentBytes(environment, `${prefix}environment`, environmentBytes, "on container"),
  ];
}

function checkSize(release: CheckedRelease): Problem[] {
  const asked = ownSize(release);
  if (asked === undefined || isFargateSize(asked.size)) return [];
  const nearest = cheapestFargate(asked.size);
  const hint = nearest
    ? `the cheapest that fits is ${sizeText(nearest)}`
    : "the largest is { cpu: 16, memoryGiB: 120 }";
  return [{ path: `${release.prefix}size`, message: noSize("Fargate", asked.size, hint) }];
}

function checkSchedules({ scaling = [] }: ValidFields): Problem[] {
  return scaling.flatMap((trigger, index) => {
    if (trigger?.kind !== "schedule" || trigger.schedule === undefined) return [];
    const { schedule } = trigger;
    return problemIf(
      cronProblem(schedule) === undefined && namesBothDays(schedule),
      `scaling[${index}].schedule`,
      "must name a day of the month or a day of the week, not both, for AWS's containers; give two triggers, got " +
        show(schedule),
    );
  });
}
