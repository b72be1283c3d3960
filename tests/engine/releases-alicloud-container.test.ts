import { releaseSuite } from "./releases/suite";

releaseSuite({ cloud: "alicloud", compute: "container" });
