import { trafficSuite } from "./traffic/suite";

trafficSuite("container");
