import assert from "node:assert/strict";

/** An error of AWS's, by the name that its SDK gives it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

/** Replies to a command by its name, without "Command", from its input. */
export type Replies = Readonly<Record<string, (input: never) => object>>;

/** A command as it was sent. */
export interface Sent {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Replaces `send` of these clients during the calling suite: the replies of the current test answer, and a command
 * without a reply fails the test. Returns what was sent, which each test starts with empty.
 */
export function answerCommands(
  clients: readonly { readonly prototype: object }[],
  replies: () => Replies,
): { readonly sent: readonly Sent[] } {
  const recorded: { sent: Sent[] } = { sent: [] };
  before(() => {
    for (const { prototype } of clients)
      Object.defineProperty(prototype, "send", {
        configurable: true,
        value: async (command: { readonly input: Readonly<Record<string, unknown>> }) => {
          const name = command.constructor.name.replace(/Command$/, "");
          recorded.sent.push({ name, input: command.input });
          const reply = replies()[name] ?? assert.fail(`no reply to ${name}`);
          await Promise.resolve();
          return reply(command.input as never);
        },
      });
  });
  beforeEach(() => {
    recorded.sent = [];
  });
  after(() => {
    for (const { prototype } of clients) Reflect.deleteProperty(prototype, "send");
  });
  return recorded;
}
