/** Everything without a mouse. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { shows, speak, stage } from "./rig.js";

/** Presses Tab until the focus is on what has this name, going round once at the most; gives the way there. */
async function tabTo(page, name) {
  const way = [];
  for (let steps = 0; steps < 120; steps += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const { activeElement: element } = document;
      const label =
        element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? "";
      // Between the last and the first there is the browser itself.
      if (element === null || element === document.body) return { label: "", outlined: true };
      return { label: label.trim(), outlined: getComputedStyle(element).outlineStyle !== "none" };
    });
    way.push(here.label);
    assert.ok(here.outlined, `no outline on ${here.label}`);
    if (here.label.includes(name)) return way;
  }
  assert.fail(`${name} cannot be reached: ${way.join(", ")}`);
}

test("a speaker and a listener need no mouse", async (t) => {
  const rig = await stage(t);
  const page = await rig.open("");
  await tabTo(page, "Create a session");
  await page.keyboard.press("Enter");
  await page.locator(".badge.live").waitFor();
  // A new view begins at its heading.
  await page.locator("h1:focus").waitFor();
  const sessionId = (await page.locator("h1").textContent()).trim();
  const way = await tabTo(page, "End the session");
  const order = [
    "Report",
    "Stage",
    "Theme",
    "Ask now",
    "Pause",
    "Mute",
    "Volume",
    "The curve as a table",
    "End the session",
  ];
  const places = order.map((name) => way.findIndex((label) => label.includes(name)));
  assert.deepEqual(
    places,
    [...places].sort((one, other) => one - other),
    way.join(", "),
  );
  assert.ok(!places.includes(-1), way.join(", "));

  await page.keyboard.press("Enter");
  await page.locator("dialog[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  // A closed dialogue gives the focus back.
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "End the session");

  await tabTo(page, "Pause");
  await page.keyboard.press("Space");
  await page.locator(".badge.held", { hasText: "Paused" }).waitFor();
  await tabTo(page, "Volume");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.locator(".volume output", { hasText: "90" }).waitFor();

  const listener = await rig.open(`#/join/${sessionId}`);
  await tabTo(listener, "Find");
  await listener.keyboard.type("ukr");
  await tabTo(listener, "Ukrainian");
  await listener.keyboard.press("Enter");
  await listener.locator('[data-state="connected"]').waitFor();
  await page.getByText("Ukrainian joined for the first time").waitFor();
  await shows(page, [["uk", 1]]);
  assert.deepEqual(rig.complaints, []);
});

test("a screen reader is told what changed, politely", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  const listener = await rig.open(`#/join/${sessionId}`);
  await listener.locator('.choice[data-language="fr"]').click();
  await page.locator('[role="status"]', { hasText: "French joined for the first time. 1 listener." }).waitFor();
  await listener.locator('.place-state[role="status"]', { hasText: "You are listening in" }).waitFor();
});

test("the stage is left with Escape, and the page is where it was", async (t) => {
  const rig = await stage(t);
  const { page } = await speak(rig);
  await tabTo(page, "Stage");
  await page.keyboard.press("Enter");
  await page.locator(".stage").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".desk").waitFor();
  assert.deepEqual(rig.complaints, []);
});

test("Escape while the screen is only being filled leaves the stage, and the screen as it was", async (t) => {
  const rig = await stage(t);
  const { page } = await speak(rig);
  // The browser takes its time, as a busy one does.
  await page.evaluate(() => {
    const [fill, empty] = [Element.prototype.requestFullscreen, Document.prototype.exitFullscreen];
    Element.prototype.requestFullscreen = function () {
      return new Promise((resolve) => {
        globalThis.fillScreen = () => fill.call(this).then(resolve);
      });
    };
    globalThis.emptied = 0;
    Document.prototype.exitFullscreen = function () {
      globalThis.emptied += 1;
      return empty.call(this);
    };
  });
  await page.getByRole("button", { name: "Stage" }).click();
  await page.locator(".stage").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".desk").waitFor();
  // It fails if the browser does not fill the screen.
  await page.evaluate(() => globalThis.fillScreen());
  await page.waitForFunction(() => globalThis.emptied === 1 && document.fullscreenElement === null);
  await page.locator(".desk").waitFor();
  assert.deepEqual(rig.complaints, []);
});
