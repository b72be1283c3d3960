import { Table } from "../../table";

/** A virtual private cloud with its own router and system route table. */
export interface Vpc {
  id: string;
  name: string;
  cidr: string;
  description: string;
  status: "Pending" | "Available";
  routerId: string;
  routeTableId: string;
  /** The NAT gateway to which the system table's default route leads, which the cloud has added itself. */
  defaultGateway?: string;
  resourceGroupId: string;
  created: string;
  ipv6: boolean;
  userCidrs: string[];
  tags: Map<string, string>;
}

/** A subnet in one zone. */
export interface VSwitch {
  id: string;
  vpcId: string;
  zoneId: string;
  cidr: string;
  name: string;
  description: string;
  status: "Pending" | "Available";
  created: string;
  /** How many addresses are left; by default all but the four that the cloud keeps. */
  freeAddresses?: number;
  tags: Map<string, string>;
}

/** A NAT gateway. */
export interface NatGateway {
  id: string;
  vpcId: string;
  vSwitchId: string;
  name: string;
  description: string;
  status: "Creating" | "Available" | "Deleting";
  snatTableId: string;
  forwardTableId: string;
  settings: Record<string, unknown>;
  deletionProtection: boolean;
  created: string;
  tags: Map<string, string>;
}

/** An elastic IP address, and the resource to which it is bound. */
export interface Eip {
  id: string;
  address: string;
  name: string;
  description: string;
  status: "Available" | "Associating" | "InUse" | "Unassociating";
  settings: Record<string, unknown>;
  boundTo?: string;
  boundType?: string;
  deletionProtection: boolean;
  created: string;
  tags: Map<string, string>;
}

/** An SNAT entry: a vSwitch or an address range that reaches the internet through a NAT gateway. */
export interface SnatEntry {
  id: string;
  tableId: string;
  snatIp: string;
  sourceVSwitchId: string;
  sourceCidr: string;
  name: string;
  status: "Pending" | "Available";
  eipAffinity: number;
}

/** A custom route table. */
export interface RouteTable {
  id: string;
  vpcId: string;
  name: string;
  description: string;
  associateType: string;
  status: "Pending" | "Available";
  vSwitchIds: string[];
  created: string;
  tags: Map<string, string>;
}

/** A custom route. */
export interface RouteEntry {
  id: string;
  tableId: string;
  destination: string;
  nextHopType: string;
  nextHopId: string;
  name: string;
  description: string;
  status: "Pending" | "Available";
}

/** A rule of a security group, with the API's field names. */
export interface Permission {
  [field: string]: unknown;
  Direction: "ingress" | "egress";
}

/** A security group. */
export interface SecurityGroup {
  id: string;
  vpcId: string;
  name: string;
  description: string;
  type: string;
  innerAccess: string;
  resourceGroupId: string;
  created: string;
  rules: Permission[];
  tags: Map<string, string>;
}

/** A launch template with all its versions. */
export interface LaunchTemplate {
  id: string;
  name: string;
  created: string;
  resourceGroupId: string;
  defaultVersion: number;
  versions: { number: number; description: string; created: string; data: Record<string, unknown> }[];
  tags: Map<string, string>;
}

/** The resources of VPC, and the security groups and launch templates of ECS. */
export type Network = ReturnType<typeof newNetwork>;

/** Tables without resources. */
export function newNetwork() {
  return {
    vpcs: new Table<Vpc>(),
    vSwitches: new Table<VSwitch>(),
    natGateways: new Table<NatGateway>(),
    eips: new Table<Eip>(),
    snatEntries: new Table<SnatEntry>(),
    securityGroups: new Table<SecurityGroup>(),
    launchTemplates: new Table<LaunchTemplate>(),
    routeTables: new Table<RouteTable>(),
    routeEntries: new Table<RouteEntry>(),
  };
}
