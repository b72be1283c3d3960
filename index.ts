import { ImmutableService, alicloud, aws, lastOutputs } from "./components";
import { type CloudReader, readSettings } from "./components/settings";
import type { CloudName } from "./components/spec";
import { resolveService } from "./components/resolve";

/** The clouds. Each is loaded only when a stack asks for it, so a stack on one never loads the other's SDK. */
const clouds: Readonly<Record<CloudName, CloudReader>> = {
  aws: async (problems) => {
    const { readOptions } = await import("./components/clouds/aws/settings");
    const options = readOptions(problems);
    return () => aws({ ...options, projectFolder: __dirname });
  },
  alicloud: async (problems) => {
    const { readOptions } = await import("./components/clouds/alicloud/settings");
    const options = readOptions(problems);
    return () => alicloud({ ...options, projectFolder: __dirname });
  },
};

/** The program: settings, cloud, spec, service, outputs. */
export = async () => {
  const { cloud, service } = await readSettings(clouds);
  const spec = resolveService(service, cloud);
  const { outputs } = new ImmutableService(spec.name, { cloud, spec, last: await lastOutputs() });
  // An update with --target that skips the role, such as a bake, has no ARN, and Pulumi warns of an undefined output.
  return { ...outputs, roleArn: outputs.roleArn.apply((arn: string | undefined) => arn ?? "") };
};
