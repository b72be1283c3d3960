import type { Service } from "../../protocol/service";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { Invocation, Machine } from "./records";

/** What a command may have in bytes, and what is kept of its output, after their encoding in base64. */
const LIMIT = 24 * 1024;

/** Cloud Assistant: runs commands on instances; how they end is the test's to say. */
export const cloudAssistant: Service = {
  name: "ecs",
  actions: {
    DescribeCloudAssistantStatus({ fields, world }) {
      const ids = fields.texts("InstanceId");
      const found = world.machines.shelves.machines.where((one) => ids.length === 0 || ids.includes(one.id));
      return {
        InstanceCloudAssistantStatusSet: {
          InstanceCloudAssistantStatus: found.map((one) => ({
            InstanceId: one.id,
            CloudAssistantStatus: String(one.answers),
            CloudAssistantVersion: one.answers ? "2.2.4.869" : "",
            OSType: "Linux",
            ActiveTaskCount: 0,
            InvocationCount: 0,
            LastHeartbeatTime: one.answers ? world.stamp() : "",
            SupportSessionManager: one.answers,
          })),
        },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
        NextToken: "",
      };
    },
    RunCommand({ fields, world }) {
      const [id = "", ...more] = fields.texts("InstanceId");
      if (more.length > 0) throw new Refusal("NotPlayed", "The double runs a command on one instance at a time.");
      const machine = world.machines.shelves.machines.must(id, (missing) =>
        notFound("InvalidInstance.NotFound", missing),
      );
      if (machine.status !== "Running")
        throw new Refusal("InvalidInstance.NotRunning", `The instance is ${machine.status}.`, 403);
      if (!machine.answers)
        throw new Refusal("InvalidInstance.CloudAssistantOffline", "The Cloud Assistant agent does not answer.", 403);
      const sent = fields.text("CommandContent") ?? "",
        encoded = fields.text("ContentEncoding") === "Base64";
      if (fields.text("Type") !== "RunShellScript")
        throw new Refusal("InvalidCommandType.NotFound", fields.text("Type"));
      if (encoded && Buffer.from(sent, "base64").toString("base64") !== sent)
        throw new Refusal("InvalidCommandContent.DecodeError", "The command is not in base64.");
      const script = encoded ? Buffer.from(sent, "base64").toString("utf8") : sent;
      if (Buffer.from(script).toString("base64").length > LIMIT)
        throw new Refusal("CmdContent.ExceedLimit", "The command is longer than 24 KB.", 403);
      const invokeId = world.id("t-hz");
      const invocation = world.machines.invocations.put(invokeId, {
        id: invokeId,
        commandId: world.id("c-hz"),
        machineId: id,
        name: fields.text("Name") ?? "",
        script,
        status: "Running",
        exitCode: 0,
        output: "",
        started: world.stamp(),
        finished: "",
      });
      void run(world, machine, invocation, (fields.number("Timeout") ?? 60) * 1000);
      return { InvokeId: invocation.id, CommandId: invocation.commandId };
    },
    DescribeInvocationResults({ fields, world }) {
      const found = world.machines.invocations.where(
        (one) =>
          one.id === (fields.text("InvokeId") ?? one.id) &&
          one.machineId === (fields.text("InstanceId") ?? one.machineId),
      );
      const plain = fields.text("ContentEncoding") === "PlainText";
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
              Dropped: Math.max(0, one.output.length - LIMIT),
              Output: plain ? one.output.slice(0, LIMIT) : Buffer.from(one.output.slice(0, LIMIT)).toString("base64"),
              ...(one.status === "Running" ? {} : { ExitCode: one.exitCode }),
            })),
          },
          TotalCount: found.length,
          PageNumber: 1,
          PageSize: 10,
          NextToken: "",
        },
      };
    },
  },
};

async function run(world: World, machine: Machine, invocation: Invocation, timeout: number): Promise<void> {
  const {
    exitCode,
    output = "",
    milliseconds = world.pace.transition,
  } = await world.machines.endOf({ name: invocation.name, script: invocation.script, machine });
  world.later(Math.min(milliseconds, timeout), () => {
    const late = milliseconds > timeout;
    Object.assign(invocation, {
      status: late ? "Timeout" : exitCode === 0 ? "Success" : "Failed",
      exitCode,
      output,
      finished: world.stamp(),
    });
  });
}
