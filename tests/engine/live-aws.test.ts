import { liveSuite } from "./live/suite";

liveSuite("aws");
