import type { ActionGroup } from "../protocol/action";
import { Refusal } from "../refusal";

/** The identity of the caller, and the sessions of roles. */
export const sts: ActionGroup = {
  service: "sts",
  actions: {
    GetCallerIdentity: ({ world }) => ({
      AccountId: world.accountId,
      Arn: `acs:ram::${world.accountId}:user/test`,
      IdentityType: "RAMUser",
      PrincipalId: "216959339000000000",
      UserId: "216959339000000000",
    }),
    AssumeRole({ fields, world }) {
      const arn = fields.string("RoleArn") ?? "";
      const name = fields.string("RoleSessionName") ?? "";
      // https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
      if (!/^[\w.@-]{2,64}$/.test(name))
        throw new Refusal("InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed.");
      const seconds = fields.number("DurationSeconds") ?? 3600;
      if (seconds < 900 || seconds > 43_200)
        throw new Refusal("InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/12hr.");
      const session = world.accounts.assumeRole(arn, seconds);
      return {
        AssumedRoleUser: { Arn: `${arn}/${name}`, AssumedRoleId: `${world.newNumber(18)}:${name}` },
        Credentials: {
          AccessKeyId: session.accessKeyId,
          AccessKeySecret: session.accessKeySecret,
          SecurityToken: session.token,
          Expiration: session.expiration,
        },
      };
    },
  },
};
