import type { Cloud } from "./components/cloud";
import { SettingsError } from "./components/problems";
import { ImmutableService } from "./components/service";
import { type Settings, readSettings } from "./components/settings";
import { resolveService } from "./components/spec";

/** The clouds. Each is loaded only when a stack asks for it, so a stack on one never loads the other's SDK. */
const clouds: Partial<Record<Settings["cloud"], (settings: Settings) => Promise<Cloud>>> = {
  aws: async (settings) => (await import("./components/aws")).aws(settings),
};

/** The program: settings, service, outputs. */
export = async () => {
  const settings = readSettings();
  const load = clouds[settings.cloud];
  if (!load) throw new SettingsError([{ path: "immutable-service:cloud", message: `must be one of ${Object.keys(clouds).join(", ")}, got "${settings.cloud}"` }]);
  const cloud = await load(settings);
  const spec = resolveService(settings.service, cloud);
  const { url, version, release, files, logs, links } = new ImmutableService(spec.name, { cloud, spec });
  return { url, version, release, files, logs, links };
};
