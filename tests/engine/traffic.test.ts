import { alicloudTrafficSuite } from "./traffic/alicloud-suite";
import { filesHash, sample } from "./live/results";
import { trafficSuite } from "./traffic/suite";

// On each cloud one of the two computes, and rollouts on one of the clouds, chosen by the hash of the files;
// `npm run test:traffic` runs all.
const chosen = (what: string) => sample(filesHash(), what, 2, 1)[0] === 0;
const compute = chosen("traffic") ? "vm" : "container";
const rollouts = chosen("rollouts under load");
trafficSuite(compute, { rollouts, quiet: false });
alicloudTrafficSuite(compute === "vm" ? "container" : "vm", { rollouts: !rollouts, quiet: false });
