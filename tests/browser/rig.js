/** What the browser tests share: a server with its console, a wire to it that can be cut, and a Chromium. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import axe from "axe-core";
import { chromium } from "playwright-core";

export const OPERATOR_TOKEN = "operator-token-for-tests";
const BINARY = process.env.HEADCOUNT_BINARY;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SHOTS = process.env.HEADCOUNT_SHOTS;
/** Whether the console is that of console/dist, and not the one that was built into the command. */
const FRESH_CONSOLE = process.env.HEADCOUNT_FRESH_CONSOLE !== undefined;

const NARROWEST = { width: 320, height: 640 };

/** WCAG 2.2 AA is these. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Starts the server of this build. */
export async function startServer({ flags = ["--in-memory"], port = 0 } = {}) {
  if (BINARY === undefined) throw new Error("HEADCOUNT_BINARY must name the headcount command");
  const child = spawn(BINARY, ["serve", "--listen", `127.0.0.1:${port}`, ...flags], {
    env: { ...process.env, HEADCOUNT_OPERATOR_TOKEN: OPERATOR_TOKEN },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = once(child, "exit");
  const stop = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) return { url, port: Number(new URL(url).port), stop };
  }
  throw new Error("the server did not start");
}

/** A wire to what listens on `port`: what goes in at one end comes out at the other, until it is cut. */
async function wire(port) {
  const ends = new Set();
  const front = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [end, other] of [
      [near, far],
      [far, near],
    ]) {
      ends.add(end);
      end.on("error", () => other.destroy());
      end.on("close", () => {
        ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  });
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  const cut = () => {
    for (const end of ends) end.destroy();
  };
  return { front, cut };
}

/** The server with its console and a browser; all of it goes when the test is over. */
export async function stage(t, options) {
  const server = await startServer(options);
  const fresh = FRESH_CONSOLE ? await (await import("../../console/serve.js")).serve(server.url) : undefined;
  const { front, cut } = await wire(fresh?.address().port ?? server.port);
  const base = `http://127.0.0.1:${front.address().port}/`;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const rig = {
    base,
    browser,
    server,
    /** What no page may do: complain, fail, or ask anybody else. */
    complaints: [],
    /** Every address that any page asked for. */
    addresses: [],
    /** Cuts all connections, without a close frame. */
    cut,
    open: (path, more) => open(rig, path, more),
  };
  t.after(async () => {
    await browser.close();
    await rig.server.stop();
    front.close();
    rig.cut();
    fresh?.close();
  });
  return rig;
}

/** A page of a person of their own. */
async function open(rig, path = "", { offline = () => false, ...options } = {}) {
  const context = await rig.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => rig.complaints.push(error.message));
  page.on("console", (message) => {
    // A browser says so when a connection fails, which is what some tests are about.
    const network = /WebSocket connection|Failed to load resource/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !network) rig.complaints.push(message.text());
  });
  page.on("request", (request) => note(rig, request.url()));
  page.on("websocket", (socket) => note(rig, socket.url().replace(/^ws/, "http")));
  await page.goto(rig.base + path);
  return page;
}

function note(rig, address) {
  rig.addresses.push(address);
  if (!address.startsWith(rig.base.slice(0, -1))) rig.complaints.push(`asked for ${address}`);
}

/** Creates a session by hand, as a speaker would; gives its name and the page. */
export async function speak(rig, options) {
  const page = await rig.open("", options);
  await page.getByRole("button", { name: "Create a session" }).click();
  await page.locator(".badge.live").waitFor();
  const sessionId = (await page.locator("h1").textContent()).trim();
  return { page, sessionId };
}

/** Joins by the link and chooses a language by its English name. */
export async function listen(rig, sessionId, language, options) {
  const page = await rig.open(`#/join/${sessionId}`, options);
  await page.getByLabel("Find").fill(language);
  await page.locator(".choice", { hasText: language }).last().click();
  await page.locator('[data-state="connected"]').waitFor();
  return page;
}

/** Waits until the count is this. */
export async function counts(page, count, options) {
  await page.waitForFunction(
    (wanted) => document.querySelector('[data-testid="count"]')?.textContent === wanted,
    String(count),
    options,
  );
}

/** Asks until the count is this: who joins last may change too little for the speaker to be told. */
export async function asks(page, count) {
  for (let left = 40; left > 0; left -= 1) {
    await page.getByRole("button", { name: "Ask now" }).click();
    try {
      await counts(page, count, { timeout: 500 });
      return;
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

/** Waits until the languages in the bars and their counts are these, in this order. New rows come some a frame. */
export async function shows(page, wanted) {
  await page.waitForFunction((text) => {
    const rows = [...document.querySelectorAll(".bars tbody tr")];
    const shown = rows.map((row) => [row.dataset.language, Number(row.querySelector(".heard").textContent)]);
    return JSON.stringify(shown) === text;
  }, JSON.stringify(wanted));
}

/** What axe finds wrong, as lines to read. */
export async function faults(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), RULES);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html} ${any.map(({ message }) => message).join("; ")}`),
  );
}

/** Nothing sticks out at the side, down to the narrowest screens. */
export async function fits(page) {
  await page.setViewportSize(NARROWEST);
  const wide = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > innerWidth)
      .map((element) => element.outerHTML.slice(0, 90));
  });
  assert.deepEqual(wide, []);
}

/** Keeps a picture, if HEADCOUNT_SHOTS names a folder for them. */
export async function picture(page, name, options = {}) {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), ...options });
}
