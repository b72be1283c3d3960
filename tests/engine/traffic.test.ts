import { filesHash, sample } from "./live/results";
import { trafficSuite } from "./traffic/suite";

// One of the two computes, chosen by the hash of the files; `npm run test:traffic` runs both.
trafficSuite(sample(filesHash(), "traffic", 2, 1)[0] === 0 ? "vm" : "container");
