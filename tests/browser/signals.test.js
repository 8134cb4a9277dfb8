/** What the server signals, in the speaker's page. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { asks, counts, faults, listen, picture, shows, speak, stage } from "./rig.js";

test("a language that nobody hears, and that is heard again", async (t) => {
  const rig = await stage(t, { flags: ["--in-memory", "--signal-idle-after", "1s"] });
  const { page, sessionId } = await speak(rig);
  const listener = await listen(rig, sessionId, "Ukrainian");
  await counts(page, 1);
  await listener.getByRole("button", { name: "Leave" }).click();
  await page.getByText(/Nobody has heard Ukrainian for [0-9]+ s: its translation can stop/).waitFor();
  await listen(rig, sessionId, "Ukrainian");
  await page.getByText(/Ukrainian is heard again: its translation is needed, after [0-9]+ s of rest/).waitFor();
  assert.deepEqual(rig.complaints, []);
});

test("a language that is asked for and not offered", async (t) => {
  const rig = await stage(t, { flags: ["--in-memory", "--language", "de", "--language", "fr"] });
  const { page, sessionId } = await speak(rig);
  const listener = await rig.open(`#/join/${sessionId}`);
  await listener.getByLabel("Find").fill("Spanish");
  await listener.locator('.choice[data-language="es"]').click();
  await page.getByText("Somebody asked for Spanish, which is not offered").waitFor();
  assert.deepEqual(rig.complaints, []);
});

test("a channel that breaks is marked where it is looked for, and said politely", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  const french = audience(rig, sessionId, "fr:1", 6);
  t.after(() => french.kill("SIGKILL"));
  const others = audience(rig, sessionId, "es:1", 7);
  t.after(() => others.kill("SIGKILL"));
  await asks(page, 13);
  // The server looks at the audience every three seconds; one that goes sooner was never seen.
  const joined = await elapsed(page);
  await page.waitForFunction((at) => Number(document.querySelector("[data-elapsed]").dataset.elapsed) > at, joined + 4);
  french.kill("SIGINT");
  await once(french, "exit");
  const badge = page.locator('.bars [data-language="fr"] .dropped');
  await badge.waitFor();
  assert.match(await badge.textContent(), /^Lost [0-9]{2,3}%: check the channel$/);
  await asks(page, 7);
  await shows(page, [
    ["es", 7],
    ["fr", 0],
  ]);
  await page.locator(".log .urgent", { hasText: /French lost [0-9]+% in 30 s/ }).waitFor();
  await page.locator('[role="status"]', { hasText: /French lost [0-9]+% in 30 s/ }).waitFor();
  // What this page saw of the beginning of the drop is not said beside it.
  assert.equal(await page.locator(".log li", { hasText: "in French in" }).count(), 0);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await faults(page), []);
    await picture(page, `signals-${colorScheme}`, { fullPage: true });
  }
  // Who comes back takes the mark away.
  const back = audience(rig, sessionId, "fr:1", 6);
  t.after(() => back.kill("SIGKILL"));
  await asks(page, 13);
  await badge.waitFor({ state: "detached" });
  assert.deepEqual(rig.complaints, []);
});

/** For how many seconds the session has gone on. */
async function elapsed(page) {
  return Number(await page.locator("[data-elapsed]").getAttribute("data-elapsed"));
}

/** Listeners by the command itself, who stay until it is stopped. */
function audience(rig, sessionId, languages, many) {
  return spawn(
    process.env.HEADCOUNT_BINARY,
    [
      ...["simulate", rig.server.url, "--session", sessionId, "--listeners", String(many)],
      ...["--languages", languages, "--ramp", "0s", "--duration", "300s"],
    ],
    { stdio: "ignore" },
  );
}
