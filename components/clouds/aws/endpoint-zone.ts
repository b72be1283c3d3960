import { type RemoteKind, remoteClass } from "../../remote";
import type * as code from "./endpoint-zone.remote";

const kind: RemoteKind<typeof code> = {
  type: "EndpointZone",
  module: "clouds/aws/endpoint-zone",
  outputs: { member: undefined, replaced: undefined },
  replaceOnChanges: ["endpoint", "subnet"],
  updateOnChanges: [],
  reads: true,
  deletes: true,
};

/**
 * One zone of a VPC endpoint of one of the cloud's services. The endpoint's own list of subnets would lose a zone
 * before the releases in it are gone: this resource is created before the first release that needs it and deleted after
 * the last one.
 */
export class EndpointZone extends remoteClass<typeof code>(kind) {}
