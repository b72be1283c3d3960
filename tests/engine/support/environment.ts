/** The environment of the engine and its plugins; it contains nothing of the caller's AWS or Pulumi account. */
import { delimiter, dirname, join } from "node:path";
import { fastWaits } from "../../support/clock";
import { region } from "./emulator";
import type { Toolchain } from "./toolchain";

/**
 * AWS's endpoint in the tests. The name does not resolve and only the gateway serves it, so a call past the gateway
 * fails.
 */
export const awsEndpoint = "http://aws.test";

/** Builds it from the caller's environment without the variables that name a cloud, an account or a proxy. */
export function engineEnvironment(options: {
  toolchain: Toolchain;
  backend: string;
  gatewayUrl?: string;
  realPauses?: boolean;
  realWaits?: boolean;
  env?: NodeJS.ProcessEnv;
}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS|ALIBABA|ALICLOUD|PULUMI|TF|VCR)_|_proxy$|^NODE_OPTIONS$/i.test(name),
  );
  const { toolchain, backend, gatewayUrl } = options;
  // Without a gateway nothing listens at the proxy's address, so no test can reach a real cloud by accident.
  const proxy = gatewayUrl ?? "http://127.0.0.1:9";
  // The engine, its plugins and the program talk to each other over loopback, and gRPC for Node would use the proxy for
  // that too.
  const direct = "127.0.0.1,localhost,::1";
  return {
    ...Object.fromEntries(inherited),
    PATH: [dirname(toolchain.pulumi), process.env.PATH].join(delimiter),
    PULUMI_HOME: toolchain.home,
    NODE_OPTIONS: `--require=${JSON.stringify(join(__dirname, "lean-process.js"))}`,
    // The engine and its plugins run for seconds: they need not collect garbage as often.
    GOGC: "400",
    // Without the file of attributes beside the state: an engine killed while it writes that file leaves a state that
    // no command can load ("failed to load checkpoint: EOF").
    PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // `--event-log` is one of the engine's own debugging flags.
    PULUMI_DEBUG_COMMANDS: "true",
    HTTP_PROXY: proxy,
    http_proxy: proxy,
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    NO_PROXY: direct,
    no_proxy: direct,
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: join(backend, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(backend, "no-aws-credentials"),
    AWS_MAX_ATTEMPTS: "5",
    // The AWS provider's switch for tests against recordings: it only skips the fixed pauses before and between its
    // checks of a state. It reads both variables; the folder is never used.
    ...(options.realPauses ? {} : { VCR_MODE: "REPLAY_ONLY", VCR_PATH: join(backend, "unused") }),
    ...(options.realWaits ? {} : fastWaits),
    ...options.env,
  };
}
