/** The report in the page: while a session lives, after its end, and for organisers. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { counts, faults, fits, listen, OPERATOR_TOKEN, picture, shows, speak, stage } from "./rig.js";

/** Reports count as questions, of which a server answers a few a second; that is not what is tested here. */
const FLAGS = ["--in-memory", "--status-queries-per-second", "50"];

/** Saves a file of the report; gives its name and what is in it. */
async function save(page, name) {
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name }).click();
  const file = await saved;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

/** The figure of that name. */
function figure(page, name) {
  return page.locator(".report .figures div", { hasText: name }).locator("dd");
}

async function end(page) {
  await page.getByRole("button", { name: "End the session" }).click();
  await page.getByRole("button", { name: "End it for everybody" }).click();
  await page.getByText("The session has ended.").waitFor();
}

/** A session with two Spanish listeners at once, of whom one went over to French. */
async function broadcast(rig) {
  const { page, sessionId } = await speak(rig);
  await listen(rig, sessionId, "Spanish");
  const ana = await listen(rig, sessionId, "Spanish");
  await shows(page, [["es", 2]]);
  await ana.getByLabel("Find").fill("French");
  await ana.locator('.choice[data-language="fr"]').click();
  await ana.locator(".place-english", { hasText: "French" }).waitFor();
  await page.getByRole("button", { name: "Ask now" }).click();
  await shows(page, [
    ["es", 1],
    ["fr", 1],
  ]);
  return { page, sessionId, ana };
}

test("the report is there before the end, and goes on with the session", async (t) => {
  const rig = await stage(t, { flags: FLAGS });
  const { page, ana } = await broadcast(rig);
  await page.getByRole("button", { name: "Report" }).click();
  await page.locator('[data-report="es"] .strong', { hasText: "2" }).waitFor();
  assert.match(await figure(page, "Most at once").textContent(), /^2 at [0-9:]{8}$/);
  assert.equal((await figure(page, "Left").textContent()).trim(), "0");
  await page.locator("tr", { hasText: "Español" }).filter({ hasText: "Français" }).waitFor();
  await ana.getByRole("button", { name: "Leave" }).click();
  await ana.getByText("In which language").waitFor();
  await page.getByRole("button", { name: "Refresh" }).click();
  await figure(page, "Left").filter({ hasText: "1" }).waitFor();
  await picture(page, "report", { fullPage: true });
  assert.deepEqual(await faults(page), []);
  await fits(page);
  // The desk is where it was, with its connection.
  await page.getByRole("link", { name: "To the desk" }).click();
  await page.locator(".badge.live").waitFor();
  await counts(page, 1);
  assert.deepEqual(rig.complaints, []);
});

test("after the end the report takes the place of the numbers, and a reload leaves it there", async (t) => {
  const rig = await stage(t, { flags: FLAGS });
  const { page, sessionId } = await broadcast(rig);
  await end(page);
  await page.locator('[data-report="fr"]').waitFor();
  assert.equal((await figure(page, "Joined").textContent()).trim(), "2");
  const report = await save(page, "Page to print");
  assert.equal(report.name, `${sessionId}-report.html`);
  assert.match(report.text, /Spanish/);
  const languages = await save(page, "Languages as CSV");
  assert.equal(languages.name, `${sessionId}-languages.csv`);
  assert.match(languages.text, /^es,/m);
  await page.reload();
  await page.getByText("The session has ended.").waitFor();
  await page.locator('[data-report="es"]').waitFor();
  assert.deepEqual(await faults(page), []);
  await page.getByRole("link", { name: "Headcount" }).click();
  await page.getByRole("link", { name: `Report of ${sessionId}` }).click();
  await page.locator('[data-report="es"]').waitFor();
  assert.deepEqual(rig.complaints, []);
});

test("an organiser reads the report of any session, live or over", async (t) => {
  const rig = await stage(t, { flags: FLAGS });
  const { page: speaker, sessionId } = await broadcast(rig);
  const page = await rig.open("#/organise");
  await page.getByLabel("Operator token").fill(OPERATOR_TOKEN);
  await page.keyboard.press("Enter");
  await page.locator(`[data-session="${sessionId}"]`).getByRole("link", { name: "Report" }).click();
  await page.locator('[data-report="es"]').waitFor();
  await end(speaker);
  await page.getByRole("link", { name: "All sessions" }).click();
  await page.locator(`[data-ended="${sessionId}"]`).getByRole("link", { name: "Report" }).click();
  await page.locator('[data-report="fr"]').waitFor();
  assert.equal(await page.getByRole("button", { name: "Refresh" }).count(), 0);
  assert.deepEqual(rig.complaints, []);
});

test("nobody else sees a report", async (t) => {
  const rig = await stage(t, { flags: FLAGS });
  const { sessionId } = await speak(rig);
  const page = await rig.open(`#/report/${sessionId}`);
  await page.getByLabel("Speaker token or operator token").fill("wrong");
  await page.getByRole("button", { name: "Show the report" }).click();
  await page.getByRole("button", { name: "Use another token" }).click();
  await page.getByLabel("Speaker token or operator token").fill(OPERATOR_TOKEN);
  await page.keyboard.press("Enter");
  await page.getByText("Nobody has listened.").waitFor();
});
