import type { StackConfig } from "../support/stack-file";

const digest = `sha256:${"4bcff639".repeat(8)}`;

/** Valid stack files, which the cases change. */
export const good: Readonly<
  Record<"container" | "vm" | "alicloud container" | "alicloud vm" | "baked" | "baked-vm", StackConfig>
> = {
  container: stack({ compute: "container", image: `registry.example.com/bookstore@${digest}` }),
  vm: stack({ compute: "vm", image: "ami-0123456789abcdef0" }),
  "alicloud container": stack({ compute: "container", image: `registry.example.com/bookstore@${digest}` }, "alicloud"),
  "alicloud vm": stack({ compute: "vm", image: "m-bp1g7004ksh0oeuc9t1h" }, "alicloud"),
  // Any file can be an artifact; this one is there in every checkout.
  baked: stack({
    compute: "container",
    image: { build: { from: `debian@${digest}`, artifact: "images/app/pom.xml" } },
  }),
  "baked-vm": stack({
    compute: "vm",
    image: { build: { from: "ami-0123456789abcdef0", artifact: "images/app/pom.xml" } },
  }),
};

function stack(service: object, cloud: "aws" | "alicloud" = "aws"): StackConfig {
  return {
    ...(cloud === "aws" ? { "aws:region": "us-east-1" } : { "alicloud:region": "cn-hangzhou" }),
    "immutable-service:cloud": cloud,
    "immutable-service:service": { name: "bookstore", version: "1.4.2", ...service },
  };
}
