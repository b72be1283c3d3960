import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkVariables } from "../../components/checks/variables";
import {
  appEnvironment,
  keepAliveSeconds,
  longestOwnVariables,
  reservedVariables,
} from "../../components/clouds/app-environment";
import { resolved } from "../support/service";

const files = {
  variables: { FILES_BUCKET: "books", FILES_REGION: "r", FILES_ENDPOINT: "https://e", FILES_PATH: "/files" },
};

describe("the app's environment", () => {
  it("has a keep-alive that is 15 seconds longer than the load balancer's idle time", () => {
    assert.equal(keepAliveSeconds(60), 75);
    for (const idleTimeout of [1, 60, 4000]) {
      const [release] = resolved({ loadBalancer: { idleTimeout } }).releases;
      assert.equal(appEnvironment("books", release, undefined).KEEP_ALIVE_SECONDS, String(idleTimeout + 15));
    }
  });

  it("has a keep-alive that the recipe's Tomcat uses", () => {
    const server = readFileSync(join(__dirname, "../../images/container/base/conf/server.xml"), "utf8");
    assert.match(server, /<Connector [^>]*keepAliveTimeout="\$\{KEEP_ALIVE_SECONDS:-75\}000"/);
  });

  it("has variables whose names are reserved, and which are measured", () => {
    const [release] = resolved({ environment: { MINE: "a" } }).releases;
    const names = Object.keys(appEnvironment("books", release, files)).filter((name) => name !== "MINE");
    assert.deepEqual(Object.keys(longestOwnVariables).sort(), names.sort());
    for (const name of names)
      assert.deepEqual(
        checkVariables({ environment: { [name]: "mine" } }, "", {}).map(({ code, path }) => [code, path]),
        [["reserved-variable", `environment.${name}`]],
      );
    assert.deepEqual(reservedVariables, ["SERVICE_*", "PORT", "KEEP_ALIVE_SECONDS", "FILES_*", "LOGS_*"]);
    assert.deepEqual(checkVariables({ environment: { PORTAL: "a", MY_PORT: "b" } }, "", {}), []);
  });
});
