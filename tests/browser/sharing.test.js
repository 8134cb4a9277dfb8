/** Read-only links: made and revoked at the desk, opened by people who may see and do nothing else. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { counts, faults, fits, listen, picture, shows, speak, stage } from "./rig.js";

/** Makes a link at the desk; gives its address. */
async function share(page, { language = "Everything", label = "" } = {}) {
  const details = page.locator(".share details");
  if ((await details.getAttribute("open")) === null) await page.getByText("Share the numbers").click();
  await page.getByLabel("What it shows").selectOption({ label: language });
  await page.getByLabel("Whom it is for").fill(label);
  const before = await page.locator(".links li").count();
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.locator(".links li").nth(before).waitFor();
  return await page.locator(".made a").getAttribute("href");
}

/** Opens a link as somebody else would. */
function visit(rig, address, options) {
  return rig.open(address.slice(rig.base.length), options);
}

async function looks(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await faults(page), []);
    await picture(page, `${name}-${colorScheme}`, { fullPage: true });
  }
}

test("a link shows the numbers live, with the curve of before, and lets nobody do anything", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  const ana = await listen(rig, sessionId, "Spanish");
  await counts(page, 1);
  const address = await share(page, { label: "Organising team" });
  assert.ok(address.startsWith(`${rig.base}#/view/${sessionId}/`));
  await page.locator(".links li", { hasText: "Organising team" }).filter({ hasText: "everything" }).waitFor();
  await looks(page, "share");

  const viewer = await visit(rig, address);
  await counts(viewer, 1);
  await shows(viewer, [["es", 1]]);
  await viewer.locator(".band").first().waitFor({ state: "attached" });
  await listen(rig, sessionId, "Arabic");
  await shows(viewer, [
    ["ar", 1],
    ["es", 1],
  ]);
  await viewer.getByText("Arabic joined for the first time").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await viewer.locator(".badge.held", { hasText: "Paused" }).waitFor();
  for (const name of ["Pause", "End the session", "Ask now", "Stage"]) {
    assert.equal(await viewer.getByRole("button", { name }).count(), 0, name);
  }
  await ana.getByRole("button", { name: "Leave" }).click();
  await counts(viewer, 1);
  // The token is where it came from, and in no address that a server was asked for.
  const token = address.split("/").at(-1);
  assert.deepEqual(
    rig.addresses.filter((asked) => asked.split("#")[0].includes(token)),
    [],
  );
  await looks(viewer, "viewer");
  await fits(viewer);
  assert.deepEqual(rig.complaints, []);
});

test("a link for one language shows its number and nothing of the others", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  await listen(rig, sessionId, "Spanish");
  await listen(rig, sessionId, "French");
  await counts(page, 2);
  const viewer = await visit(rig, await share(page, { language: "French" }));
  await counts(viewer, 1);
  await viewer.locator('.one[data-language="fr"] h2', { hasText: "Français" }).waitFor();
  await listen(rig, sessionId, "Spanish");
  const second = await listen(rig, sessionId, "French");
  await counts(viewer, 2);
  await looks(viewer, "viewer-language");
  await second.getByRole("button", { name: "Leave" }).click();
  await counts(viewer, 1);
  assert.equal(await viewer.getByText("Spanish").count(), 0);
  await page.getByRole("button", { name: "Mute", exact: true }).click();
  await viewer.locator(".badge.held", { hasText: "Muted" }).waitFor();
  // A language that nobody hears has a number, too.
  const quiet = await visit(rig, await share(page, { language: "Japanese" }));
  await counts(quiet, 0);
  assert.deepEqual(rig.complaints, []);
});

test("a link that is revoked shows nothing any more, and says so", async (t) => {
  const rig = await stage(t);
  const { page } = await speak(rig);
  const address = await share(page, { label: "Booth 3" });
  const viewer = await visit(rig, address);
  await counts(viewer, 0);
  await page.getByRole("button", { name: "Revoke Booth 3" }).click();
  await page.getByText("No link opens anything.").waitFor();
  await viewer.getByText("This link has been revoked or has expired.").waitFor();
  await viewer.locator(".desk.stale").waitFor();
  const late = await visit(rig, address);
  await late.getByText("This link has been revoked or has expired.").waitFor();
  assert.deepEqual(await faults(late), []);
  assert.deepEqual(rig.complaints, []);
});

test("who looks on comes back after a cut, and hears of the end", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  const viewer = await visit(rig, await share(page));
  await counts(viewer, 0);
  await viewer.context().setOffline(true);
  rig.cut();
  await viewer.getByText(/The connection is lost; the numbers are from/).waitFor();
  await page.locator(".badge.live").waitFor();
  await listen(rig, sessionId, "Spanish");
  await viewer.context().setOffline(false);
  await counts(viewer, 1);
  await viewer.locator(".badge.live").waitFor();
  await page.getByRole("button", { name: "End the session" }).click();
  await page.getByRole("button", { name: "End it for everybody" }).click();
  await viewer.getByText("The session has ended.").waitFor();
  assert.deepEqual(rig.complaints, []);
});

test("a link that is not whole says so", async (t) => {
  const rig = await stage(t);
  const { sessionId } = await speak(rig);
  const broken = await rig.open(`#/view/${sessionId}/hcl1_broken`);
  await broken.getByText("This link has been revoked or has expired.").waitFor();
  const elsewhere = await rig.open("#/view/nobody-here-404/hcl1_broken");
  await elsewhere.getByText(/There is no such session|This link has been revoked/).waitFor();
});
