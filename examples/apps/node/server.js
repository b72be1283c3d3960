// A service in Node.js: what docs/image-contract.md asks of an app, and nothing else.
"use strict";
const { createServer } = require("node:http");

const { PORT = "8080", SERVICE_NAME = "", SERVICE_VERSION = "", SERVICE_RELEASE = "" } = process.env;

const answers = {
  "/": () => ({ hello: SERVICE_NAME }),
  "/healthz": () => ({ status: "ok" }),
  "/version": () => ({ name: SERVICE_NAME, version: SERVICE_VERSION, release: SERVICE_RELEASE }),
};

const server = createServer((request, response) => {
  const path = (request.url ?? "/").split("?")[0];
  const answer = answers[path];
  const status = answer ? 200 : 404;
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer ? answer() : {}));
  if (path !== "/healthz") console.log(JSON.stringify({ time: new Date().toISOString(), path, status }));
});

// Longer than the load balancer keeps a connection, so that it is the load balancer that closes it.
server.keepAliveTimeout = Number(process.env.KEEP_ALIVE_SECONDS ?? "75") * 1000;
server.listen(Number(PORT));

// The launcher sends it once the load balancer has noticed: finish what is in flight, close what is idle, and end.
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
