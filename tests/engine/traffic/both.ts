/** `npm run test:traffic`: the traffic tests on both computes. */
import { trafficSuite } from "./suite";

for (const compute of ["vm", "container"] as const) trafficSuite(compute);
