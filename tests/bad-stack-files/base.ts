import type { StackConfig } from "../support/stack-file";

const digest = `sha256:${"4bcff639".repeat(8)}`;

/** Two good stack files, each of which every case spoils in one way. */
export const good: Readonly<Record<"container" | "vm", StackConfig>> = {
  container: stack({ compute: "container", image: `registry.example.com/bookstore@${digest}` }),
  vm: stack({ compute: "vm", image: "ami-0123456789abcdef0" }),
};

function stack(service: object): StackConfig {
  return {
    "aws:region": "us-east-1",
    "immutable-service:cloud": "aws",
    "immutable-service:service": { name: "bookstore", version: "1.4.2", ...service },
  };
}
