"use strict";
// The application of the traffic tests. Plain JavaScript without packages: its image contains only node (app-image.ts), so
// nothing can be compiled or installed.
const http = require("node:http");
const os = require("node:os");

const mode = process.env.APP_MODE || "good";
const port = Number(process.env.PORT || 8080);
// How long a stopping instance accepts new requests. The emulator sends SIGTERM when it deregisters a target, where AWS waits for
// the deregistration delay first; without this, requests that the load balancer has already routed would be refused, as they
// never are on AWS.
const lameDuckMs = Number(process.env.APP_LAME_DUCK_MS || 700);

if (mode === "dead") {
  console.error("exiting at once, as APP_MODE=dead says");
  process.exit(1);
}

const identity = {
  service: process.env.SERVICE_NAME || "",
  version: process.env.SERVICE_VERSION || "",
  release: process.env.SERVICE_RELEASE || "",
  host: os.hostname(),
  pid: process.pid,
};
let stopping = false;
let inFlight = 0;
let requests = 0;

/** Whether a request is answered with 500. The health path, /ready, is well in every mode but `broken`. */
function isBad(path) {
  if (mode === "broken") return true;
  if (mode !== "flaky" || path === "/ready") return false;
  requests += 1;
  return requests % 10 === 0;
}

const server = http.createServer((request, response) => {
  inFlight += 1;
  response.once("close", () => {
    inFlight -= 1;
  });
  const url = new URL(request.url, "http://app");
  // ?wait=N delays the answer by N ms, for a request that is open while something changes.
  const wait = Math.min(Number(url.searchParams.get("wait")) || 0, 30_000);
  request.resume();
  setTimeout(() => {
    response.statusCode = isBad(url.pathname) ? 500 : 200;
    response.setHeader("Content-Type", "application/json");
    response.setHeader("X-Served-By-Release", identity.release);
    // Asks the load balancer to send no further request on this connection.
    if (stopping) response.setHeader("Connection", "close");
    response.end(JSON.stringify({ ...identity, path: url.pathname, mode }));
  }, wait);
});
// A load balancer keeps idle connections for 60 s; with Node's 5 s one could close just when it is reused.
server.keepAliveTimeout = 75_000;
server.headersTimeout = 80_000;

function stop() {
  if (stopping) return;
  stopping = true;
  setTimeout(
    () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
      if (!server.listening && inFlight === 0) process.exit(0);
    },
    server.listening ? lameDuckMs : 0,
  );
}
// Process 1 of a container has no default handlers; without these, a stop would last until the engine's SIGKILL.
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

const slow = /^slow:(\d+)$/.exec(mode);
setTimeout(
  () => {
    if (!stopping)
      server.listen(port, "0.0.0.0", () => console.log(JSON.stringify({ listening: port, ...identity, mode })));
  },
  slow ? Number(slow[1]) * 1000 : 0,
);
