/** `npm run test:traffic`: the traffic tests on every platform. */
import { alicloudTrafficSuite } from "./alicloud-suite";
import { trafficSuite } from "./suite";

const scope = { rollouts: true, quiet: true };
for (const compute of ["vm", "container"] as const) {
  trafficSuite(compute, scope);
  alicloudTrafficSuite(compute, scope);
}
