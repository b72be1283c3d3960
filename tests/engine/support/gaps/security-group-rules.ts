/**
 * Security group rules: the emulator does not find a rule for all protocols when the request names ports, which then
 * mean nothing.
 */
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { type Correction, field, type EmulatorAnswer } from "./correction";

/**
 * Revokes such rules again without ports. The provider revokes the rule with which AWS creates each group in this way.
 */
export class SecurityGroupRules implements Correction {
  match(call: AwsCall): boolean {
    return (
      call.service === "ec2" &&
      /^RevokeSecurityGroup(In|E)gress$/.test(call.action) &&
      field(call, "IpPermissions.1.IpProtocol") === "-1" &&
      field(call, "IpPermissions.1.FromPort") !== undefined
    );
  }

  async change(_answer: EmulatorAnswer, call: AwsCall, { emulator }: CloudReader): Promise<EmulatorAnswer> {
    const { Action, Version, ...rest } = call.parameters as Record<string, string>;
    const withoutPorts = Object.fromEntries(Object.entries(rest).filter(([name]) => !/\.(From|To)Port$/.test(name)));
    return { status: 200, body: await emulator.query("ec2", Version ?? "", Action ?? "", withoutPorts) };
  }
}
