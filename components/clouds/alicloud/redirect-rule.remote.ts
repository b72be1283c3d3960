import { type ListenerInputs, everyPath, plainRule } from "./rules.remote";

/** To the same address over HTTPS. */
const redirect = {
  Type: "Redirect",
  Order: 1,
  RedirectConfig: {
    Protocol: "HTTPS",
    Port: "443",
    Host: "${host}",
    Path: "${path}",
    Query: "${query}",
    HttpCode: "301",
  },
} as const;

const { create, read, remove } = plainRule<ListenerInputs>(() => ({
  band: "redirect",
  conditions: [everyPath],
  actions: [redirect],
}));

export { create, read, remove as delete };
