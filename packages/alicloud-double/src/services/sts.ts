import type { ActionGroup } from "../protocol/action";

/** The identity of the caller. */
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
  },
};
