import { releaseSuite } from "./releases/suite";

releaseSuite({ cloud: "aws", compute: "container" });
