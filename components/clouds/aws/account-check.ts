import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, RemoteResource } from "../../remote";
import { inUpdate } from "../account-check";
import { accountCheckKind } from "../kinds";
import type * as code from "./account-check.remote";

const kind: RemoteKind<typeof code> = {
  type: "AccountCheck",
  module: "clouds/aws/account-check",
  ...accountCheckKind,
};

/** Fails an update in which the provider and the remote modules use different accounts. */
export class AccountCheck extends RemoteResource<typeof code> {
  constructor(name: string, region: string, parent: pulumi.Resource) {
    const account = inUpdate(async () => (await aws.getCallerIdentity({}, { parent })).accountId);
    super(kind, name, { region, account }, { parent });
  }
}
