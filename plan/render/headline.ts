import type { Description } from "../../components/service";
import type { ServicePlan } from "../contract";
import { cloudNames, instanceNames, many, range } from "./words";

/** A service in one sentence: "bookstore 1.4.2 on stack dev: 2 to 6 containers on AWS, us-east-1". */
export function headline({ name, description }: ServicePlan, stack: string): string {
  const { cloud, region, service } = description;
  const { version, instances } = currentRelease(description);
  const noun = instanceNames[service.compute] ?? service.compute;
  const count =
    instances.min === instances.max ? many(instances.min, noun) : `${range(instances.min, instances.max)} ${noun}s`;
  return `${name} ${version} on stack ${stack}: ${count} on ${cloudNames[cloud] ?? cloud}, ${region}`;
}

/** A release as the component registered it. */
export type PlannedRelease = Description["service"]["releases"][number];

/** The release that the stack file is about: the first. */
export function currentRelease({ service }: Description): PlannedRelease {
  const [current] = service.releases;
  if (current === undefined) throw new Error(`service ${service.name} has no release`);
  return current;
}
