/*
 * A process that stays for all commands of one stack, and to which the engine connects instead of starting one per command:
 * as the language's host, which runs the program, or as the provider of the program's dynamic resources. What it saves is the
 * loading of the packages, most of what a command of a small program computes. The program's own modules are loaded anew for
 * each command, so that none finds what the one before has left in a module. Prints its port. JavaScript, as lean-process.js
 * is, because it is started without tsx.
 */
const path = require("node:path");
const grpc = require("@grpc/grpc-js");
const runtime = require("@pulumi/pulumi/runtime");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");

const [role, folder] = process.argv.slice(2);

/** How long no call has to be under way after an error, in milliseconds, until the program is taken to wait for what never comes. */
const idleAfterError = 1000;

async function main() {
  const server = new grpc.Server(runtime.grpcChannelOptions);
  if (role === "language") await addLanguage(server);
  else addProvider(server);
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

/** Runs the program as @pulumi/pulumi's cmd/run does, in this process. */
async function addLanguage(server) {
  countCalls();
  const { LanguageHandshakeResponse, RunResponse } = require("@pulumi/pulumi/proto/language_pb");
  const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
  const { withLocalStorage } = require("@pulumi/pulumi/runtime/state");
  require("@pulumi/pulumi");

  let engine;
  const handshake = ({ request }, callback) => {
    engine = request.getEngineAddress();
    callback(undefined, new LanguageHandshakeResponse());
  };
  const run = async ({ request }, callback) => {
    forgetProgram();
    const response = new RunResponse();
    response.setBail(!(await withLocalStorage(() => runProgram(request, engine))));
    callback(undefined, response);
  };
  server.addService(LanguageRuntimeService, { handshake, run, getPluginInfo });
}

/** Whether the program ended well; if not, the engine knows why. */
async function runProgram(request, engine) {
  const log = require("@pulumi/pulumi/log");
  const settings = require("@pulumi/pulumi/runtime/settings");
  const { runInPulumiStack } = require("@pulumi/pulumi/runtime/stack");
  const { leakedPromises } = require("@pulumi/pulumi/runtime/debuggable");
  const { setAllConfig } = require("@pulumi/pulumi/runtime/config");
  const { getStore } = require("@pulumi/pulumi/runtime/state");
  settings.resetOptions(
    request.getProject(),
    request.getStack(),
    request.getParallel(),
    engine,
    request.getMonitorAddress(),
    request.getDryrun(),
    request.getOrganization(),
  );
  setAllConfig(Object.fromEntries(request.getConfigMap().entries()), request.getConfigsecretkeysList());
  const info = request.getInfo();
  const program = path.resolve(info.getProgramDirectory(), info.getEntryPoint());
  const reported = new Set();
  const report = (error) => {
    if (reported.has(error)) return;
    reported.add(error);
    reportError(program, error);
  };
  process.on("uncaughtException", report).on("unhandledRejection", report);
  const end = { reached: false };
  const run = async () => {
    await runInPulumiStack(() => {
      const exported = require(program);
      return typeof exported === "function" ? exported() : exported;
    }).catch(report);
    await settings.disconnect(reported.size === 0);
  };
  try {
    await Promise.race([run().catch(report), stalled(() => reported.size > 0, end)]);
    settings.disconnectSync();
    if (reported.size > 0 || log.hasErrors()) return false;
    const [leaks, message] = getStore().terminated ? [new Set()] : leakedPromises();
    if (leaks.size > 0) log.error(message);
    return leaks.size === 0;
  } finally {
    end.reached = true;
    process.off("uncaughtException", report).off("unhandledRejection", report);
  }
}

/**
 * Resolves once an error was reported and no call to the engine is under way: nothing would keep a process of the program's own alive
 * then, whatever the program waits for.
 */
async function stalled(failed, end) {
  for (let since = Date.now(); !end.reached;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (calls > 0 || !failed()) since = Date.now();
    if (Date.now() - since >= idleAfterError) return;
  }
}

let calls = 0;

/** Counts the calls to the engine that are under way. */
function countCalls() {
  const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb");
  const { ResourceMonitorClient } = require("@pulumi/pulumi/proto/resource_grpc_pb");
  for (const client of [EngineClient, ResourceMonitorClient])
    for (const name of Object.keys(client.service)) {
      const method = client.prototype[name];
      client.prototype[name] = function (...args) {
        const callback = args.at(-1);
        if (typeof callback !== "function") return method.apply(this, args);
        calls += 1;
        return method.call(this, ...args.slice(0, -1), (...answer) => {
          calls -= 1;
          callback(...answer);
        });
      };
    }
}

function reportError(program, error) {
  const log = require("@pulumi/pulumi/log");
  const { ResourceError, RunError } = require("@pulumi/pulumi/errors");
  const { defaultErrorMessage } = require("@pulumi/pulumi/cmd/run/error");
  if (RunError.isInstance(error)) log.error(error.message);
  else if (ResourceError.isInstance(error))
    log.error(error.hideStack ? error.message : defaultErrorMessage(error), error.resource);
  else log.error(`Running program '${program}' failed with an unhandled exception:\n${defaultErrorMessage(error)}`);
}

/** Serves @pulumi/pulumi's own dynamic provider; each connection gets a provider of its own, as each process would be one. */
function addProvider(server) {
  const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
  // Loaded first: the dynamic provider's own modules, which stay.
  let Provider = loadProvider();
  let engine;
  const providers = new Map();
  const providerOf = (call) => {
    const peer = call.getPeer();
    if (!providers.has(peer)) providers.set(peer, new Provider());
    return providers.get(peer);
  };
  const attach = ({ request }, callback) => {
    if (engine !== request.getAddress()) {
      engine = request.getAddress();
      forgetProgram();
      providers.clear();
      Provider = loadProvider();
      console.error = (...texts) => tell(engine, texts);
    }
    callback(undefined, new Empty());
  };
  const methods = Object.keys(ResourceProviderService).map((method) => [
    method,
    (call, callback) => providerOf(call)[method](call, callback),
  ]);
  server.addService(ResourceProviderService, { ...Object.fromEntries(methods), getPluginInfo, attach });
}

/** The class of the dynamic provider's service: its module starts a server with one as soon as it is loaded. */
function loadProvider() {
  const filename = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
  delete require.cache[filename];
  const whole = require.cache[require.resolve("@grpc/grpc-js")];
  const exports = whole.exports;
  let Provider;
  class Server {
    addService(_, service) {
      Provider = service.constructor;
    }
    bindAsync() {
      // This process has a server already.
    }
  }
  const on = process.on;
  whole.exports = { ...exports, Server };
  process.on = () => process;
  try {
    require(filename);
  } finally {
    whole.exports = exports;
    process.on = on;
  }
  return Provider;
}

/** What the engine does with what a provider's process prints. */
function tell(engine, texts) {
  const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb");
  const { LogRequest, LogSeverity } = require("@pulumi/pulumi/proto/engine_pb");
  const client = new EngineClient(engine, grpc.credentials.createInsecure(), runtime.grpcChannelOptions);
  const request = new LogRequest();
  request.setSeverity(LogSeverity.INFO);
  request.setMessage(`${texts.join(" ")}\n`);
  client.log(request, () => client.close());
}

function getPluginInfo(_, callback) {
  const info = new PluginInfo();
  info.setVersion("1.0.0");
  callback(undefined, info);
}

/** Forgets the program's modules; those of its packages, outside its folder, stay. */
function forgetProgram() {
  for (const file of Object.keys(require.cache)) if (file.startsWith(folder + path.sep)) delete require.cache[file];
}

void main();
