/**
 * Each view in light and dark, on a phone and on a projector, as axe sees it; with pictures for people, if
 * HEADCOUNT_SHOTS names a folder.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { counts, faults, fits, listen, OPERATOR_TOKEN, picture, speak, stage } from "./rig.js";

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };
const PROJECTOR = { width: 1920, height: 1080 };

/** Looks at a page in both colour schemes. */
async function look(page, name, { size = DESK, whole = false } = {}) {
  await page.setViewportSize(size);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await faults(page), [], `${name}, ${colorScheme}`);
    await picture(page, `${name}-${colorScheme}`, { fullPage: whole });
  }
}

/** All that can be touched is at least 44 by 44 pixels, but for links within text. */
async function canBeTouched(page) {
  await page.setViewportSize(PHONE);
  const small = await page
    .locator("button:visible, input:visible, select:visible, summary:visible, a:visible")
    .evaluateAll((all) =>
      all
        .map((element) => ({ text: element.outerHTML.slice(0, 90), box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width < 44 || box.height < 44)
        .map(({ text }) => text),
    );
  assert.deepEqual(small, []);
}

test("the start", async (t) => {
  const rig = await stage(t);
  const page = await rig.open("");
  await look(page, "start", { whole: true });
  await look(page, "start-phone", { size: PHONE, whole: true });
  await fits(page);
  await canBeTouched(page);
});

test("the speaker's desk, empty and full, and the stage", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  await look(page, "speaker-empty", { whole: true });
  await page.getByRole("button", { name: "Stage" }).click();
  await page.locator(".stage .qr").waitFor();
  await look(page, "stage-empty", { size: PROJECTOR });
  await page.getByRole("button", { name: "Leave the stage" }).click();
  await page.locator(".desk").waitFor();
  const audience = ["Spanish", "Spanish", "French", "Arabic", "Ukrainian", "Japanese", "Hebrew"];
  for (const language of audience) await listen(rig, sessionId, language);
  await page.getByRole("button", { name: "Ask now" }).click();
  await counts(page, audience.length);
  await look(page, "speaker", { whole: true });
  await look(page, "speaker-phone", { size: PHONE, whole: true });
  await look(page, "speaker-projector", { size: PROJECTOR });
  await page.getByText("The curve as a table").click();
  assert.deepEqual(await faults(page), []);
  await fits(page);
  await canBeTouched(page);

  await page.getByRole("button", { name: "End the session" }).click();
  await look(page, "speaker-question");
  await page.keyboard.press("Escape");

  await page.setViewportSize(PROJECTOR);
  await page.getByRole("button", { name: "Stage" }).click();
  await page.locator(".stage").waitFor();
  await look(page, "stage", { size: PROJECTOR });
  await look(page, "stage-phone", { size: PHONE });
  // A person with normal sight reads letters of 4 cm from ten metres: on a screen 2 m wide, one in fifty of its width.
  await page.setViewportSize(PROJECTOR);
  const sizes = await page
    .locator(".stage .figure, .stage-bars .name, .stage-bars .heard")
    .evaluateAll((texts) => texts.map((text) => Number.parseFloat(getComputedStyle(text).fontSize) / innerWidth));
  assert.ok(Math.min(...sizes) >= 1 / 50, `${Math.min(...sizes)} of the width`);
  await page.keyboard.press("Escape");
  await page.locator(".desk").waitFor();

  await rig.server.stop();
  await page.locator(".desk.stale").waitFor();
  await look(page, "speaker-lost", { whole: true });
  assert.deepEqual(rig.complaints, []);
});

test("the listener's page", async (t) => {
  const rig = await stage(t);
  const { page: speaker, sessionId } = await speak(rig);
  const page = await rig.open(`#/join/${sessionId}`, { locale: "de-CH" });
  await page.locator(".choice").first().waitFor();
  await look(page, "listener-choose", { size: PHONE });
  await fits(page);
  await canBeTouched(page);
  await page.getByLabel("Find").fill("arab");
  await page.locator('.choice[data-language="ar"]').click();
  await page.locator('[data-state="connected"]').waitFor();
  await look(page, "listener", { size: PHONE });
  await speaker.getByRole("button", { name: "Pause" }).click();
  await page.getByText("The speaker pauses").waitFor();
  await look(page, "listener-paused");
  await canBeTouched(page);
  assert.deepEqual(rig.complaints, []);
});

test("the organiser's page", async (t) => {
  const rig = await stage(t);
  const { page: speaker, sessionId } = await speak(rig);
  await speak(rig);
  const { page: over } = await speak(rig);
  await over.getByRole("button", { name: "End the session" }).click();
  await over.getByRole("button", { name: "End it for everybody" }).click();
  await over.getByText("The session has ended.").waitFor();
  await listen(rig, sessionId, "Spanish");
  await listen(rig, sessionId, "Hebrew");
  await speaker.getByRole("button", { name: "Pause" }).click();
  const page = await rig.open("#/organise");
  await look(page, "organiser-token");
  await page.getByLabel("Operator token").fill(OPERATOR_TOKEN);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: sessionId, exact: true }).click();
  await page.locator(".tally").waitFor();
  await page.locator("[data-ended]").waitFor();
  await look(page, "organiser");
  await look(page, "organiser-phone", { size: PHONE });
  await fits(page);
  await canBeTouched(page);
  assert.deepEqual(rig.complaints, []);
});

test("the theme follows the system until one says otherwise, and then stays", async (t) => {
  const rig = await stage(t);
  const page = await rig.open("", { colorScheme: "dark" });
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await paper();
  await page.getByRole("button", { name: "Theme: auto" }).click();
  const light = await paper();
  assert.notEqual(light, dark);
  await page.reload();
  assert.equal(await paper(), light);
  await page.getByRole("button", { name: "Theme: light" }).click();
  assert.equal(await paper(), dark);
});
