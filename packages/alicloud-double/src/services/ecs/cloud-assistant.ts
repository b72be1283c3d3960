import type { ActionGroup } from "../../protocol/action";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import type { Invocation, Machine } from "./records";
import { accepts, page } from "../listing";

/** The size limit of a command in base64, and of the output that is kept. */
const maxBytes = 24 * 1024;

/** Cloud Assistant, which runs commands on instances. `world.machines.resultOf` decides their results. */
export const cloudAssistant: ActionGroup = {
  service: "ecs",
  actions: {
    DescribeCloudAssistantStatus({ fields, world }) {
      const ids = fields.strings("InstanceId");
      const found = world.machines.tables.machines.where((one) => accepts(ids, one.id));
      return {
        InstanceCloudAssistantStatusSet: {
          InstanceCloudAssistantStatus: found.map((one) => ({
            InstanceId: one.id,
            CloudAssistantStatus: String(one.agentOnline),
            CloudAssistantVersion: one.agentOnline ? "2.2.4.869" : "",
            OSType: "Linux",
            ActiveTaskCount: 0,
            InvocationCount: 0,
            LastHeartbeatTime: one.agentOnline ? world.timestamp() : "",
            SupportSessionManager: one.agentOnline,
          })),
        },
        ...page(found.length),
        NextToken: "",
      };
    },
    RunCommand({ fields, world }) {
      const [id = "", ...more] = fields.strings("InstanceId");
      if (more.length > 0) throw new Refusal("NotPlayed", "The double runs a command on one instance only.");
      const machine = world.machines.tables.machines.require(id, "InvalidInstance.NotFound");
      if (machine.status !== "Running")
        throw new Refusal("InvalidInstance.NotRunning", `The instance is ${machine.status}.`, 403);
      if (!machine.agentOnline)
        throw new Refusal("InvalidInstance.CloudAssistantOffline", "The Cloud Assistant agent does not answer.", 403);
      const sent = fields.string("CommandContent") ?? "";
      const encoded = fields.string("ContentEncoding") === "Base64";
      if (fields.string("Type") !== "RunShellScript")
        throw new Refusal("InvalidCommandType.NotFound", fields.string("Type"));
      if (encoded && Buffer.from(sent, "base64").toString("base64") !== sent)
        throw new Refusal("InvalidCommandContent.DecodeError", "The command is not in base64.");
      const script = encoded ? Buffer.from(sent, "base64").toString("utf8") : sent;
      if (Buffer.from(script).toString("base64").length > maxBytes)
        throw new Refusal("CmdContent.ExceedLimit", "The command is longer than 24 KB.", 403);
      const invokeId = world.newId("t-hz");
      const invocation = world.machines.invocations.put(invokeId, {
        id: invokeId,
        commandId: world.newId("c-hz"),
        machineId: id,
        name: fields.string("Name") ?? "",
        script,
        status: "Running",
        exitCode: 0,
        output: "",
        started: world.timestamp(),
        finished: "",
      });
      void runCommand(world, machine, invocation, (fields.number("Timeout") ?? 60) * 1000);
      return { InvokeId: invocation.id, CommandId: invocation.commandId };
    },
    DescribeInvocationResults({ fields, world }) {
      const found = world.machines.invocations.where(
        (one) =>
          one.id === (fields.string("InvokeId") ?? one.id) &&
          one.machineId === (fields.string("InstanceId") ?? one.machineId),
      );
      const plain = fields.string("ContentEncoding") === "PlainText";
      return {
        Invocation: {
          InvocationResults: {
            InvocationResult: found.map((one) => ({
              InvokeId: one.id,
              CommandId: one.commandId,
              InstanceId: one.machineId,
              InvocationStatus: one.status,
              InvokeRecordStatus: one.status === "Running" ? "Running" : "Finished",
              StartTime: one.started,
              FinishedTime: one.finished,
              Username: "root",
              Repeats: 1,
              Dropped: Math.max(0, one.output.length - maxBytes),
              Output: plain
                ? one.output.slice(0, maxBytes)
                : Buffer.from(one.output.slice(0, maxBytes)).toString("base64"),
              ...(one.status === "Running" ? {} : { ExitCode: one.exitCode }),
            })),
          },
          ...page(found.length),
          NextToken: "",
        },
      };
    },
  },
};

async function runCommand(world: World, machine: Machine, invocation: Invocation, timeout: number): Promise<void> {
  const {
    exitCode,
    output = "",
    milliseconds = world.delays.transition,
  } = await world.machines.resultOf({ name: invocation.name, script: invocation.script, machine });
  world.schedule(Math.min(milliseconds, timeout), () => {
    const late = milliseconds > timeout;
    Object.assign(invocation, {
      status: late ? "Timeout" : exitCode === 0 ? "Success" : "Failed",
      exitCode,
      output,
      finished: world.timestamp(),
    });
  });
}
