/** Shared file systems: the name of a new mount target is not resolved at once, and what mounts by it does not start. */
import type { AwsCall } from "../aws-call";
import type { Correction, EmulatorAnswer } from "./correction";

interface Registered {
  taskDefinition?: {
    taskDefinitionArn: string;
    volumes?: { efsVolumeConfiguration?: { fileSystemId: string } }[];
  };
}

/**
 * AWS asks for 90 seconds (https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html); the program's waits are ten
 * times as fast in the tests.
 */
const resolvedAfterMs = 8000;

/** Knows which task definitions mount a file system whose newest mount target is too young. */
export class Shares implements Correction {
  /** When the newest mount target of a file system was created, by its id. */
  private readonly created = new Map<string, number>();
  /** The file systems that a task definition mounts, by its ARN. */
  private readonly mounted = new Map<string, readonly string[]>();

  match(call: AwsCall): boolean {
    return (
      (call.service === "elasticfilesystem" && call.action === "POST /2015-02-01/mount-targets") ||
      (call.service === "ecs" && call.action === "RegisterTaskDefinition")
    );
  }

  change(answer: EmulatorAnswer): EmulatorAnswer {
    if (answer.status >= 300) return answer;
    const { FileSystemId, taskDefinition } = JSON.parse(answer.body) as Registered & { FileSystemId?: string };
    if (FileSystemId !== undefined) this.created.set(FileSystemId, Date.now());
    if (taskDefinition !== undefined)
      this.mounted.set(
        taskDefinition.taskDefinitionArn,
        (taskDefinition.volumes ?? []).flatMap(({ efsVolumeConfiguration: share }) => share?.fileSystemId ?? []),
      );
    return answer;
  }

  /** Whether the tasks of a task definition cannot resolve a file system's name yet. */
  isUnresolvedByTask(taskDefinition: string): boolean {
    return (this.mounted.get(taskDefinition) ?? []).some((fileSystem) => this.isUnresolved(fileSystem));
  }

  /** Whether the name of a file system is not resolved yet. */
  isUnresolved(fileSystem: string): boolean {
    return Date.now() - (this.created.get(fileSystem) ?? 0) < resolvedAfterMs;
  }
}
