/** How the tests' own clients reach an emulator. */
import { region as usual } from "./emulator";

/** The settings of every AWS client of the emulator. `endpoint` is the gateway's address. */
export function clientSettings(endpoint: string, region = usual) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  return { endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" }, maxAttempts: 2 };
}
