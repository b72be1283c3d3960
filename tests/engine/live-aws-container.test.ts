import { liveSuite } from "./live/suite";

liveSuite({ cloud: "aws", compute: "container" });
