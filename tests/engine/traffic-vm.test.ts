import { trafficStory } from "./traffic/story";

trafficStory("vm");
