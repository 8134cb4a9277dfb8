/**
 * Makes the pictures for the README: a broadcast of a minute with an audience that comes, changes and goes.
 *
 *     HEADCOUNT_BINARY=path/to/headcount node portrait.js FOLDER
 */

import { spawn } from "node:child_process";
import { argv, env } from "node:process";
import { setTimeout as wait } from "node:timers/promises";

env.HEADCOUNT_SHOTS = argv[2] ?? ".";
const { listen, OPERATOR_TOKEN, picture, speak, stage } = await import("./rig.js");

const cleanups = [];
const rig = await stage({ after: (fn) => cleanups.push(fn) });
const { page, sessionId } = await speak(rig, { viewport: { width: 1440, height: 900 } });

/** Part of an audience; it vanishes when it is killed. */
function audience(session, listeners, languages, ramp) {
  const child = spawn(env.HEADCOUNT_BINARY, [
    ...["simulate", rig.server.url, "--session", session, "--listeners", String(listeners)],
    ...["--languages", languages, "--ramp", `${ramp}s`, "--duration", "300s"],
  ]);
  cleanups.unshift(() => child.kill("SIGKILL"));
  return child;
}

audience(sessionId, 310, "es:40,de:30,pt-BR:18,it:4", 25);
await wait(6_000);
const french = audience(sessionId, 64, "fr:1", 10);
await wait(9_000);
audience(sessionId, 120, "ar:40,uk:30,ja:20,he:10,zh-Hant:8,pl:5", 12);
await wait(14_000);
audience(sessionId, 22, "fr:1", 5);
await wait(9_000);
french.kill("SIGKILL");
await wait(12_000);
await page.getByRole("button", { name: "Ask now" }).click();
await page.mouse.move(0, 0);
await wait(6_000);
for (const colorScheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme });
  await wait(500);
  await picture(page, `console-speaker-${colorScheme}`, { fullPage: true });
}

await page.setViewportSize({ width: 1920, height: 1080 });
await page.getByRole("button", { name: "Stage" }).click();
await wait(500);
await picture(page, "console-stage");

const phone = await listen(rig, sessionId, "Arabic", { viewport: { width: 390, height: 844 } });
await picture(phone, "console-listener");

const others = [await speak(rig), await speak(rig)];
audience(others[0].sessionId, 48, "en:1,fr:2", 2);
audience(others[1].sessionId, 131, "es:3,ko:1", 2);
await others[0].page.getByRole("button", { name: "Pause" }).click();
await wait(4_000);
const organiser = await rig.open("#/organise");
await organiser.getByLabel("Operator token").fill(OPERATOR_TOKEN);
await organiser.keyboard.press("Enter");
await organiser.getByRole("button", { name: sessionId, exact: true }).click();
await organiser.locator(".tally").waitFor();
await picture(organiser, "console-organiser");

for (const cleanup of cleanups) await cleanup();
