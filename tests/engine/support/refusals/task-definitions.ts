/** Task definitions: their names and sizes, what Fargate does not support, and volumes that do not exist. */
import type { AwsCall, Refused } from "../aws-call";
import { refusal, type Refusal } from "./refusal";

interface Container {
  name?: string;
  privileged?: boolean;
  mountPoints?: { sourceVolume?: string }[];
  linuxParameters?: Record<string, unknown> & { capabilities?: { add?: string[] } };
}

interface Request {
  family?: string;
  requiresCompatibilities?: string[];
  volumes?: { name?: string; host?: { sourcePath?: string } }[];
  containerDefinitions?: Container[];
}

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html says which families there are;
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html, API_KernelCapabilities.html and
 * API_HostVolumeProperties.html say what Fargate does not support; the texts of these errors are not documented.
 */
export function taskDefinitions(): Refusal {
  return refusal("ecs", { RegisterTaskDefinition: (call) => Promise.resolve(problemOf(call)) });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html: "Task definition size limit". */
const mostBytes = 65_536;

function problemOf({ parameters }: AwsCall): Refused | undefined {
  const { family = "", requiresCompatibilities = [], volumes = [], containerDefinitions = [] } = parameters as Request;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) return invalid("Family contains invalid characters.");
  const bytes = Buffer.byteLength(JSON.stringify(parameters));
  if (bytes > mostBytes) return invalid(`Actual length: '${bytes}'. Max allowed length is '${mostBytes}' bytes.`);
  const names = volumes.map(({ name }) => name);
  const mounted = containerDefinitions.flatMap(({ mountPoints = [] }) => mountPoints);
  const unknown = mounted.find(({ sourceVolume }) => !names.includes(sourceVolume));
  if (unknown) return invalid(`Unknown volume '${unknown.sourceVolume ?? ""}'.`);
  if (!requiresCompatibilities.includes("FARGATE")) return undefined;
  if (volumes.some(({ host }) => host?.sourcePath !== undefined))
    return invalid("Host volume with sourcePath is not supported on Fargate.");
  return containerDefinitions.map(fargateProblem).find((problem) => problem !== undefined);
}

/** The Linux parameters that Fargate has; `tmpfs`, `sharedMemorySize`, `devices` and the swap it has not. */
const ofFargate = ["capabilities", "initProcessEnabled"];

function fargateProblem({ privileged = false, linuxParameters = {} }: Container): Refused | undefined {
  const other = Object.keys(linuxParameters).find((name) => !ofFargate.includes(name));
  if (other !== undefined) return invalid(`linuxParameters.${other} is not supported on Fargate.`);
  const added = linuxParameters.capabilities?.add?.find((one) => one !== "SYS_PTRACE");
  if (added !== undefined) return invalid(`Adding the capability ${added} is not supported on Fargate.`);
  return privileged ? invalid("Privileged containers are not supported on Fargate.") : undefined;
}

function invalid(message: string): Refused {
  return { code: "ClientException", message };
}
