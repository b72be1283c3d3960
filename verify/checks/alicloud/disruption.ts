import { type Subject, ofType, releaseOf, textOf } from "../../subject";
import type { Disruptor } from "../disruption";
import { Clients } from "./clients";
import { readGroupInstances } from "./instances";

/** The instances of the current release. */
export function disruptorOf(subject: Subject): Disruptor {
  const clients = new Clients(subject.region);
  const [current] = subject.releases;
  const bounds = ofType(subject.resources, "Bounds").find((one) => releaseOf(one, subject) === current?.id);
  const group = textOf(bounds?.inputs?.group);
  const inContainers = subject.spec.releases[0].shape.compute === "container";
  return {
    serving: async () => {
      const instances = (await readGroupInstances(clients, subject)).get(group) ?? [];
      return instances.filter(({ serves }) => serves).map(({ id }) => id);
    },
    kill: async (id) => {
      await (inContainers
        ? clients.api("eci").request("DeleteContainerGroup", { ContainerGroupId: id })
        : clients.api("ecs").request("DeleteInstance", { InstanceId: id, Force: true }));
    },
  };
}
