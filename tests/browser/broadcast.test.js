/** A broadcast in the console, with a speaker and listeners in tabs of their own. */

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import decodeQR from "qr/decode.js";
import { counts, listen, OPERATOR_TOKEN, shows, speak, stage, startServer } from "./rig.js";

test("listeners choose languages, and the speaker sees them come, change and go", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  assert.match(sessionId, /^[a-z]+-[a-z]+-[1-9][0-9]{2}$/);
  await counts(page, 0);

  const ana = await listen(rig, sessionId, "Spanish");
  await counts(page, 1);
  await listen(rig, sessionId, "Ukrainian");
  const omar = await listen(rig, sessionId, "Arabic", { locale: "ar-EG" });
  await counts(page, 3);
  await shows(page, [
    ["ar", 1],
    ["es", 1],
    ["uk", 1],
  ]);
  await page.getByText("Ukrainian joined for the first time").waitFor();

  // One colour a language, in the bars and in the bands.
  const colours = await page.locator(".bars .fill").evaluateAll((fills) => fills.map((fill) => fill.className));
  assert.equal(new Set(colours).size, 3);
  for (const colour of colours) await page.locator(`.band.${colour.split(" ")[1]}`).waitFor({ state: "attached" });
  assert.equal(await page.locator('[data-language="ar"] bdi').getAttribute("dir"), "rtl");
  assert.equal(await page.locator('[data-language="ar"] bdi').textContent(), "العربية");

  await ana.getByLabel("Find").fill("Japanese");
  await ana.locator('.choice[data-language="ja"]').click();
  await ana.locator(".place-english", { hasText: "Japanese" }).waitFor();
  await page.getByText("Japanese joined for the first time").waitFor();
  await shows(page, [
    ["ar", 1],
    ["ja", 1],
    ["uk", 1],
  ]);

  await omar.getByRole("button", { name: "Leave" }).click();
  await omar.getByText("In which language").waitFor();
  await counts(page, 2);
  assert.deepEqual(rig.complaints, []);
});

test("what the speaker does reaches the listeners", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  const listener = await listen(rig, sessionId, "French");
  await page.getByRole("button", { name: "Pause" }).click();
  await listener.getByText("The speaker pauses").waitFor();
  await page.locator(".badge.held", { hasText: "Paused" }).waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await listener.locator(".badge.live").waitFor();
  await page.getByText(/Resumed after/).waitFor();
  await page.getByRole("button", { name: "Mute", exact: true }).click();
  await listener.getByText("The speaker is muted").waitFor();
  await page.getByRole("slider", { name: "Volume" }).fill("35");
  await listener.getByText("Volume 35").waitFor();
  // Who comes later learns that the broadcast is paused, too.
  await page.getByRole("button", { name: "Pause" }).click();
  await listener.getByText("The speaker pauses").waitFor();
  const late = await listen(rig, sessionId, "German");
  await late.getByText("The speaker pauses").waitFor();
  assert.deepEqual(rig.complaints, []);
});

test("the QR code says what the link says", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  const link = await page.locator(".link a").getAttribute("href");
  assert.equal(link, `${rig.base}#/join/${sessionId}`);
  const png = (await page.locator(".qr").screenshot()).toString("base64");
  const blank = await (await rig.browser.newContext()).newPage();
  const { width, height, data } = await blank.evaluate(async (bytes) => {
    const image = new Image();
    image.src = `data:image/png;base64,${bytes}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    return {
      width: image.width,
      height: image.height,
      data: [...pen.getImageData(0, 0, image.width, image.height).data],
    };
  }, png);
  assert.equal(decodeQR({ width, height, data: Uint8ClampedArray.from(data) }), link);
});

test("a cut network is said plainly, and both come back to where they were", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  const listener = await listen(rig, sessionId, "Spanish");
  await counts(page, 1);
  for (const cut of [page, listener]) await cut.context().setOffline(true);
  rig.cut();
  await page.getByText(/connection is lost; the numbers are from/).waitFor();
  await page.locator(".desk.stale").waitFor();
  assert.ok(await page.getByRole("button", { name: "Pause" }).isDisabled());
  await listener.getByText("The connection is lost").waitFor();
  // What happens meanwhile is caught up with.
  const token = await page.evaluate((id) => sessionStorage.getItem(`headcount.speaker.${id}`), sessionId);
  const answer = await fetch(`${rig.server.url}/sessions/${sessionId}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ status: "paused" }),
  });
  assert.equal(answer.status, 200);
  for (const back of [page, listener]) await back.context().setOffline(false);
  await page.locator(".desk:not(.stale)").waitFor();
  await listener.locator('[data-state="connected"]').waitFor();
  await page.getByText(/Connected again after/).waitFor();
  await listener.getByText("The speaker pauses").waitFor();
  await page.locator(".badge.held", { hasText: "Paused" }).waitFor();
  await counts(page, 1);
  assert.deepEqual(rig.complaints, []);
});

test("a server that was killed and started again is found again, and says that it counts anew", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "headcount-browser-"));
  t.after(() => rm(data, { recursive: true }));
  // For as long as a slow machine takes to see it.
  const flags = ["--data-dir", data, "--recovery", "60s"];
  const rig = await stage(t, { flags });
  const { page, sessionId } = await speak(rig);
  const listener = await listen(rig, sessionId, "Spanish");
  await counts(page, 1);
  await rig.server.stop();
  await page.locator(".desk.stale").waitFor();
  rig.server = await startServer({ flags, port: rig.server.port });
  await page.getByText("Counting anew after a restart").waitFor();
  await listener.locator('[data-state="connected"]').waitFor();
  await page.getByRole("button", { name: "Ask now" }).click();
  await counts(page, "at least 1");
  assert.deepEqual(rig.complaints, []);
});

test("a reload keeps the seat, another window can take it over, and the first can take it back", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  await page.reload();
  await page.locator(".badge.live").waitFor();
  const token = await page.evaluate((id) => sessionStorage.getItem(`headcount.speaker.${id}`), sessionId);
  const other = await rig.open("");
  const back = other.locator("form", { hasText: "Come back" });
  await back.getByLabel("Session").fill(sessionId.toUpperCase());
  await back.getByLabel("Speaker token").fill(token);
  await back.getByRole("button").click();
  await other.locator(".badge.live").waitFor();
  await page.getByText("Another window has taken over this session.").waitFor();
  await page.getByRole("button", { name: "Take it back" }).click();
  await other.getByText("Another window has taken over this session.").waitFor();
  assert.deepEqual(
    rig.addresses.filter((address) => address.includes(encodeURIComponent(token))),
    [],
  );
  assert.deepEqual(rig.complaints, []);
});

test("the curve of before survives a reload, with its languages", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  const listener = await listen(rig, sessionId, "Spanish");
  await counts(page, 1);
  await listener.getByRole("button", { name: "Leave" }).click();
  await counts(page, 0);
  await page.reload();
  // Nobody listens in Spanish: only the service can tell that somebody did.
  await page.locator(".band").first().waitFor({ state: "attached" });
  assert.deepEqual(rig.complaints, []);
});

test("a wrong token is refused in words, and another can be tried", async (t) => {
  const rig = await stage(t);
  const { sessionId } = await speak(rig);
  const page = await rig.open(`#/speak/${sessionId}`);
  await page.getByLabel("Speaker token").fill("wrong");
  await page.getByRole("button", { name: "Take the seat" }).click();
  await page.getByText("The token is missing, malformed, expired").waitFor();
  await page.getByRole("button", { name: "Use another token" }).click();
  await page.getByLabel("Speaker token").waitFor();
});

test("the end is confirmed, and everybody is told", async (t) => {
  const rig = await stage(t);
  const { page, sessionId } = await speak(rig);
  const listener = await listen(rig, sessionId, "Spanish");
  await page.getByRole("button", { name: "End the session" }).click();
  await page.getByRole("button", { name: "No, go back" }).click();
  await page.locator(".badge.live").waitFor();
  await page.getByRole("button", { name: "End the session" }).click();
  await page.getByRole("button", { name: "End it for everybody" }).click();
  await page.getByText("The session has ended.").waitFor();
  await listener.getByText("The session has ended.").waitFor();
  const late = await rig.open(`#/join/${sessionId}`);
  await late.getByText("Session not found").waitFor();
  assert.equal(await late.locator(".choice").count(), 0);
  assert.deepEqual(rig.complaints, []);
});

test("a session that is about to end by itself says so", async (t) => {
  const rig = await stage(t, { flags: ["--in-memory", "--session-lifetime", "9m"] });
  const { page } = await speak(rig);
  await page.getByText("reaches its greatest age in 9 minutes").waitFor();
  await page.getByText(/It ends by itself at [0-9]{2}:[0-9]{2}/).waitFor();
});

test("what a server refuses is said", async (t) => {
  const rig = await stage(t, { flags: ["--in-memory", "--status-queries-per-second", "1"] });
  const { page } = await speak(rig);
  const ask = page.getByRole("button", { name: "Ask now" });
  // At once: a slow machine would take a second for each, and that is allowed.
  await ask.evaluate((button) => {
    for (let again = 0; again < 5; again += 1) button.click();
  });
  await page.getByText(/Too many requests/).waitFor();
});

test("a listener is offered what there is, their own language first", async (t) => {
  const rig = await stage(t, { flags: ["--in-memory", "--language", "de", "--language", "fr"] });
  const { sessionId } = await speak(rig);
  const page = await rig.open(`#/join/${sessionId}`, { locale: "pt-BR" });
  await page.locator('section[aria-labelledby="own-languages"] .choice[data-language="pt-BR"]').click();
  await page.getByText("This language is not translated here").waitFor();
  const offered = await page
    .locator(".choice")
    .evaluateAll((choices) => choices.map((choice) => choice.dataset.language));
  assert.deepEqual(offered, ["de", "fr"]);
  await page.locator('.choice[data-language="de"]').click();
  await page.locator('[data-state="connected"]').waitFor();
  assert.deepEqual(rig.complaints, []);
});

test("a speaker that has to log in is asked for the token", async (t) => {
  process.env.HEADCOUNT_SPEAKER_SECRET = "a secret of thirty-two characters";
  const rig = await stage(t, { flags: ["--in-memory", "--speaker-auth", "hs256"] });
  delete process.env.HEADCOUNT_SPEAKER_SECRET;
  const page = await rig.open("");
  await page.getByRole("button", { name: "Create a session" }).click();
  await page.getByText("This server asks speakers to log in.").waitFor();
  await page.getByLabel("Login token").fill("wrong");
  await page.getByRole("button", { name: "Create a session" }).click();
  await page.getByText("The token is missing, malformed, expired").waitFor();
});

test("an organiser sees all sessions, sorts them, looks closely and ends one", async (t) => {
  const rig = await stage(t);
  const first = await speak(rig);
  const second = await speak(rig);
  await listen(rig, second.sessionId, "Spanish");
  const page = await rig.open("#/organise");
  await page.getByLabel("Operator token").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Use another token" }).click();
  await page.getByLabel("Operator token").fill(OPERATOR_TOKEN);
  await page.keyboard.press("Enter");
  await page.locator(".sessions").waitFor();
  const names = () => page.locator("[data-session]").evaluateAll((rows) => rows.map((row) => row.dataset.session));
  assert.deepEqual(await names(), [second.sessionId, first.sessionId]);
  await page.getByRole("button", { name: "Age" }).click();
  assert.deepEqual(await names(), [second.sessionId, first.sessionId]);
  await page.getByRole("button", { name: "Age" }).click();
  assert.deepEqual(await names(), [first.sessionId, second.sessionId]);
  await page.getByRole("button", { name: second.sessionId, exact: true }).click();
  await page.locator(".tally", { hasText: "Español" }).waitFor();
  await page.getByRole("button", { name: `End ${second.sessionId}` }).click();
  await page.getByRole("button", { name: "End it for everybody" }).click();
  await second.page.getByText("The session has ended").waitFor();
  await page.locator(`[data-session="${second.sessionId}"]`).waitFor({ state: "detached" });
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  assert.deepEqual(rig.complaints, []);
});
