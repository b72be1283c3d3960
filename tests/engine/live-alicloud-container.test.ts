import { liveSuite } from "./live/suite";

liveSuite({ cloud: "alicloud", compute: "container" });
