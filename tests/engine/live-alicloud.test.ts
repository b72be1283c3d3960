import { liveSuite } from "./live/suite";

liveSuite("alicloud");
