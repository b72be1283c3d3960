import type { Cloud } from "./components/clouds/cloud";
import { ImmutableService } from "./components/service";
import { type Settings, readSettings } from "./components/settings";
import { resolveService } from "./components/resolve";

/** The clouds. Each is loaded only when a stack asks for it, so a stack on one never loads the other's SDK. */
const clouds: Readonly<Record<Settings["cloud"], (settings: Settings) => Promise<Cloud>>> = {
  aws: async (settings) => (await import("./components/clouds/aws")).aws(settings),
  alicloud: async (settings) => (await import("./components/clouds/alicloud")).alicloud(settings),
};

/** The program: settings, service, outputs. */
export = async () => {
  const settings = readSettings();
  const cloud = await clouds[settings.cloud](settings);
  const spec = resolveService(settings.service, cloud);
  return new ImmutableService(spec.name, { cloud, spec }).outputs;
};
