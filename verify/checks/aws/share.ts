import {
  DescribeFileSystemPolicyCommand,
  DescribeMountTargetSecurityGroupsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
} from "@aws-sdk/client-efs";
import { clientSettings, isError } from "../../../components/clouds/aws/clients.remote";
import { type Subject, ofType, textOf } from "../../subject";
import { type Check, type Verdict, failed, passed, unseen } from "../../verdict";
import { judgeAdmissions } from "../openings";
import { type Statement, statementsOf } from "./policy";

/** The checks that a shared file system is closed to all but the app; none for a service without. */
export function shareChecks(subject: Subject): Check[] {
  const efs = new EFSClient(clientSettings(subject.region, "efs"));
  return ofType(subject.resources, "FileSystem").flatMap((share): Check[] => {
    // The id of the resource is the ARN of the file system.
    const id = textOf(share.id).replace(/^.*\//, "");
    return [
      { name: "mount targets of the share", run: () => judgeMountTargets(efs, subject, id) },
      { name: "the share's policy", run: () => readPolicy(efs, subject, id) },
    ];
  });
}

/** Mount targets have security groups of the stack alone, whose rules are checked on their own. */
async function judgeMountTargets(efs: EFSClient, { resources }: Subject, id: string): Promise<Verdict> {
  const { MountTargets: targets = [] } = await efs.send(new DescribeMountTargetsCommand({ FileSystemId: id }));
  const found = await Promise.all(
    targets.map(async ({ MountTargetId }) => {
      const command = new DescribeMountTargetSecurityGroupsCommand({ MountTargetId });
      return (await efs.send(command)).SecurityGroups ?? [];
    }),
  );
  if (targets.length === 0) return unseen(`EFS lists no mount target of ${id}`);
  const own = ofType(resources, "SecurityGroup").map((one) => one.id);
  const strange = found.flat().filter((group) => !own.includes(group));
  return strange.length === 0
    ? passed(`${targets.length} mount target(s) with the stack's security group`)
    : judgeAdmissions(
        [],
        strange.map((from) => ({ from, ports: "2049" })),
      );
}

async function readPolicy(efs: EFSClient, { resources }: Subject, id: string): Promise<Verdict> {
  const [planned] = ofType(resources, "FileSystemPolicy");
  const { Policy: live = "{}" } = await efs
    .send(new DescribeFileSystemPolicyCommand({ FileSystemId: id }))
    .catch((error: unknown) => {
      if (isError(error, "PolicyNotFound")) return { Policy: undefined };
      throw error;
    });
  return judgePolicy(statementsOf(textOf(planned?.inputs?.policy) || "{}"), statementsOf(live));
}

/** Judges the statements of a policy, by their ids: EFS writes them in a form of its own. */
export function judgePolicy(planned: readonly Statement[], live: readonly Statement[]): Verdict {
  const name = ({ Sid = "a statement without an id", Effect = "" }: Statement) => `${Effect} ${Sid}`;
  const [wanted, found] = [planned, live].map((statements) => new Set(statements.map(name)));
  const lost = [...(wanted ?? [])].filter((one) => found?.has(one) !== true);
  const more = [...(found ?? [])].filter((one) => one.startsWith("Allow ") && wanted?.has(one) !== true);
  if (lost.length > 0) return failed(`no longer has ${lost.join(", ")}`, "run pulumi up --refresh");
  if (more.length > 0) return failed(`also has ${more.join(", ")}`, "remove the statement: it is not this stack's");
  return passed([...(wanted ?? [])].join(", ") || "none, as the stack has it");
}
