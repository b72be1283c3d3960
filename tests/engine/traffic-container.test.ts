import { trafficStory } from "./traffic/story";

trafficStory("container");
