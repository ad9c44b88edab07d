// Starts the third-party Slack on a loopback port with the seed on standard input, sends its events to EVENTS, and
// prints its address. It has no setting for that: the registry of webhooks is the one that its plugin is handed.
import { readdir } from "node:fs/promises";
import { text } from "node:stream/consumers";

const dist = new URL("./node_modules/emulate/dist/", import.meta.url);
let plugin;
for (const name of await readdir(dist)) {
  if (!/^dist-.*\.js$/.test(name)) continue;
  const module = await import(new URL(name, dist));
  if (module.slackPlugin) plugin = module.slackPlugin;
}
if (!plugin) throw new Error("this version of emulate has no slackPlugin");

let webhooks;
const register = plugin.register.bind(plugin);
plugin.register = (app, store, hooks, ...rest) => {
  webhooks = hooks;
  return register(app, store, hooks, ...rest);
};

const { createEmulator } = await import(new URL("api.js", dist));
const seed = JSON.parse(await text(process.stdin));
const emulator = await createEmulator({ service: "slack", port: 0, hostname: "127.0.0.1", seed: { slack: seed } });
webhooks.register({ url: process.env.EVENTS, events: ["*"], active: true, owner: "slack" });
console.log(emulator.url);
process.on("SIGTERM", () => emulator.close().then(() => process.exit(0)));
setInterval(() => {}, 1 << 30);
