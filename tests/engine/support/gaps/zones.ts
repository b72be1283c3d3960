/**
 * Subnets in zones that the emulator does not have: it has the zones a, b and c, whose ids are 1, 2 and 3, and creates
 * a subnet for any other id in zone a. On AWS us-east-1 has six.
 */
import type { AwsCall } from "../aws-call";
import { type Correction, type EmulatorAnswer, field } from "./correction";

/** Stores the zone that each such subnet was created in. */
export class Zones implements Correction {
  private readonly zones = new Map<string, { readonly name: string; readonly id: string }>();

  match(call: AwsCall): boolean {
    return call.service === "ec2" && /^(CreateSubnet|DescribeSubnets)$/.test(call.action);
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    const wanted = call.action === "CreateSubnet" ? field(call, "AvailabilityZoneId") : undefined;
    const created = /<subnetId>([^<]*)/.exec(answer.body)?.[1];
    const number = Number(/-az([4-6])$/.exec(wanted ?? "")?.[1]);
    if (wanted !== undefined && created !== undefined && number > 0)
      this.zones.set(created, { name: `${call.region}${"abcdef".charAt(number - 1)}`, id: wanted });
    const body = answer.body
      .split(/(?=<(?:item|subnet)>)/)
      .map((piece) => {
        const zone = this.zones.get(/<subnetId>([^<]*)/.exec(piece)?.[1] ?? "");
        return zone === undefined
          ? piece
          : piece
              .replace(/(<availabilityZone>)[^<]*/, `$1${zone.name}`)
              .replace(/(<availabilityZoneId>)[^<]*/, `$1${zone.id}`);
      })
      .join("");
    return { ...answer, body };
  }
}
