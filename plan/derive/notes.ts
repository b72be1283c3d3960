import { variableCount } from "../../components/clouds/app-environment";
import type { ScheduleTrigger } from "../../components/spec";
import { boundsOf, freezeInWords, freezesInForce, inTimezone } from "../../components/stack-file/freeze-times";
import { defaultHold } from "../../components/stack-file/previous-hold";
import type { PlannedSpec } from "../contract";
import { duration, many, range, scheduleInWords } from "../words";

/** What the settings of a service alone do not show, in whole sentences. */
export interface Notes {
  /** What a reader should know. */
  readonly notes: readonly string[];
  /** What is likely not to be what the author wants. */
  readonly warnings: readonly string[];
}

/** The notes and warnings on a service, at a time in milliseconds since 1970; default: now. */
export function notesOf(service: PlannedSpec, time = Date.now()): Notes {
  const { scaling, gate, releases, loadBalancer, compute, build } = service;
  const [{ instances }] = releases;
  const { min, max, start } = instances;
  const schedules = scaling.filter((trigger) => trigger.kind === "schedule");
  const notes: string[] = [];
  const warnings: string[] = [];
  if (min === 1)
    warnings.push("With one instance there is no spare: the service does not respond while that instance is replaced.");
  if (min === max && schedules.length === 0) notes.push(`The number of instances is fixed at ${min}.`);
  else if (scaling.length === 0)
    notes.push(`There are no triggers, so a release keeps the ${many(start, "instance")} that it starts with.`);
  warnings.push(...schedules.flatMap((schedule) => changedForGood(schedule, schedules, instances)));
  if (schedules.length > 0)
    notes.push("A new release starts with the bounds of the schedule whose time has passed last.");
  for (const schedule of schedules.filter((trigger) => trigger.min === 0))
    warnings.push(`The schedule ${scheduleInWords(schedule)} allows the service to have no instance.`);
  if (build?.target.keep !== undefined)
    notes.push(
      `Baked images that no release has named for ${many(build.target.keep, "day")} are deleted after each release, never one with a ` +
        "tag live-…. The rule cannot see what runs without that tag: in other accounts and regions, in stacks of other " +
        "programs or of earlier versions of this one, and where an image was named by hand.",
    );
  if (build?.target.keep !== undefined && build.target.pullableBy.length > 0)
    warnings.push(
      `image.build.keep deletes images that run in ${build.target.pullableBy.join(", ")}: stacks of other accounts cannot mark them. ` +
        "Leave keep out, or give more days than any of them runs one image.",
    );
  notes.push(...freezeNotes(service, time), ...previousNotes(service));
  if (gate.from === "none")
    warnings.push("There is no gate: the load balancer's health check alone decides whether a release gets traffic.");
  warnings.push(...unreachable(gate, loadBalancer), ...(compute === "container" ? manyVariables(releases) : []));
  return { notes, warnings };
}

/** What keeping the release that served before costs, and how long it takes to go back to it. */
function previousNotes({ previous, releases, scaling }: PlannedSpec): string[] {
  if (previous?.keep !== true) return [];
  const [{ instances, shape }] = releases;
  const held = duration(previous.holdFor ?? defaultHold);
  const after =
    scaling.length === 0
      ? "it keeps them, because there are no triggers"
      : `at least ${many(instances.min, "instance")}, as its triggers decide`;
  return [
    "The release that served before stays without traffic until the next one has passed. Its instances cost what they cost with " +
      `traffic: for ${held} as many as it had, at most ${instances.max}, and after that ${after}. ` +
      `Going back to it moves the traffic alone within ${held}; later its group grows first, where more instances serve, for which an ` +
      `instance has ${duration(shape.health.startWithin)} and the time of its launch.`,
  ];
}

/** The freezes in force, by which a plan cannot judge because it does not know the ledger, and those that are over. */
function freezeNotes({ freeze, freezeOverride }: PlannedSpec, time: number): string[] {
  const passing = freezeOverride && `, but for version ${freezeOverride.version} (${freezeOverride.reason})`;
  const inForce = freezesInForce(freeze, time).map(
    (one) =>
      `${capitalized(freezeInWords(one))}: an update that brings a release that has not had traffic is refused` +
      `${passing ?? ""}.`,
  );
  const over = freeze.flatMap((one, index) => {
    if (one.kind !== "period") return [];
    const { to } = boundsOf(one);
    return to > time ? [] : [`freeze[${index}] (${one.reason}) ended at ${inTimezone(to, one.timezone)}: remove it.`];
  });
  return [...inForce, ...over];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A gate from where Pulumi runs, and a load balancer that may not answer there. */
function unreachable(gate: PlannedSpec["gate"], { internal, allowFrom }: PlannedSpec["loadBalancer"]): string[] {
  const isOpen = !internal && allowFrom.includes("0.0.0.0/0");
  // At another address, such as a tunnel's, it may answer.
  if (gate.from !== "here" || gate.url !== undefined || isOpen) return [];
  const why = internal ? "only the service's network reaches" : `admits only ${allowFrom.join(", ")}`;
  return [
    "The gate sends its requests from where Pulumi runs to the load balancer, which " +
      `${why}: run updates on a machine there, set gate.url to an address that leads to it, or ` +
      "gate.from: none. Otherwise every release fails at its gate.",
  ];
}

/**
 * A container of ECS with more than 100 variables has been seen to start with none of them, without an error; ECI has the
 * same number. https://github.com/aws/aws-cdk/issues/38225
 */
const mostVariables = 100;

function manyVariables(releases: PlannedSpec["releases"]): string[] {
  return releases.flatMap(({ id, shape }) => {
    const count = variableCount(shape);
    return count <= mostVariables
      ? []
      : [
          `${id} has ${count} environment variables with the program's own. With more than ${mostVariables}, a container may ` +
            "start with none of them: put several values into one variable, or into files.",
        ];
  });
}

/** A schedule that raises or lowers the bounds, and after which no other one takes that back. */
function changedForGood(
  trigger: ScheduleTrigger,
  schedules: readonly ScheduleTrigger[],
  { min, max }: { min: number; max: number },
): string[] {
  const raises = trigger.min > min || trigger.max > max;
  const lowers = trigger.min < min || trigger.max < max;
  const others = schedules.filter((other) => other !== trigger);
  const lowered = others.some(
    (other) => (trigger.min <= min || other.min < trigger.min) && (trigger.max <= max || other.max < trigger.max),
  );
  const raised = others.some(
    (other) => (trigger.min >= min || other.min > trigger.min) && (trigger.max >= max || other.max > trigger.max),
  );
  const forGood = (verb: string, back: string) =>
    `The schedule ${scheduleInWords(trigger)} ${verb} the bounds to ${range(trigger.min, trigger.max)} instances ` +
    `for good: no other schedule ${back} them to ${range(min, max)} again.`;
  return [
    ...(raises && !lowered ? [forGood("raises", "lowers")] : []),
    ...(lowers && !raised ? [forGood("lowers", "raises")] : []),
  ];
}
