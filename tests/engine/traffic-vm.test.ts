import { trafficSuite } from "./traffic/suite";

trafficSuite("vm");
