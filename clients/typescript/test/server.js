/** A real server for the tests, and a gateway in front of it whose connections can be cut or put to sleep. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { createInterface } from "node:readline";

const BINARY = process.env.HEADCOUNT_BINARY;
if (BINARY === undefined) throw new Error("HEADCOUNT_BINARY must name the headcount command");

/**
 * Starts a server that is stopped when the test ends.
 * @param {{ after(fn: () => Promise<void>): void }} t
 * @param {{ flags?: string[], port?: number, env?: Record<string, string> }} [options]
 */
export async function startServer(t, { flags = ["--in-memory"], port = 0, env = {} } = {}) {
  const child = spawn(BINARY ?? "", ["serve", "--listen", `127.0.0.1:${port}`, ...flags], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = once(child, "exit");
  const stop = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  t.after(stop);
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) return { url, port: Number(new URL(url).port), stop };
  }
  throw new Error("the server did not start");
}

/**
 * Passes bytes on to the server until told otherwise.
 * @param {{ after(fn: () => void): void }} t
 * @param {number} port
 */
export async function startGateway(t, port) {
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  const gateway = createServer((near) => {
    const far = createConnection(port, "127.0.0.1");
    for (const [socket, other] of /** @type {const} */ ([
      [near, far],
      [far, near],
    ])) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }).listen(0, "127.0.0.1");
  await once(gateway, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  t.after(() => {
    cut();
    gateway.close();
  });
  const address = gateway.address();
  if (address === null || typeof address === "string") throw new Error("the gateway has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    /** The connections there are stay open, and nothing passes any more. */
    swallow() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.resume();
      }
    },
  };
}

/**
 * The first event of that name that `wanted` accepts.
 * @template {keyof import("../dist/link.js").LinkEvents} Name
 * @param {import("../dist/index.js").Listener | import("../dist/index.js").Speaker} link
 * @param {Name} name
 * @param {(value: import("../dist/link.js").LinkEvents[Name]) => boolean} [wanted]
 * @returns {Promise<import("../dist/link.js").LinkEvents[Name]>}
 */
export function event(link, name, wanted = () => true) {
  return new Promise((resolve) => {
    const off = link.on(name, (value) => {
      if (!wanted(value)) return;
      off();
      resolve(value);
    });
  });
}

/**
 * @param {import("../dist/index.js").Listener | import("../dist/index.js").Speaker} link
 * @param {import("../dist/index.js").State["name"]} name
 */
export function state(link, name) {
  return event(link, "state", (state) => state.name === name);
}
