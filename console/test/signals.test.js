/** What the server signals: as lines, and as marks on languages. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.js";

const { EventLog } = await load("events");
const { Drops } = await load("drops");
const START = 1_699_500_000_000;
const at = (seconds) => START + seconds * 1_000;
const drop = (language, seconds, before = 100, after = 40) => ({
  type: "languageDrop",
  language,
  before,
  after,
  percent: 60,
  withinSeconds: 30,
  timestamp: at(seconds),
});

function status(seconds, languageDistribution) {
  const listenerCount = Object.values(languageDistribution).reduce((sum, heard) => sum + heard, 0);
  return { timestamp: at(seconds), listenerCount, languageDistribution };
}

test("each signal says what happened and what to do", () => {
  const log = new EventLog();
  log.notice({ type: "languageIdle", language: "uk", idleSince: at(0), timestamp: at(60) });
  log.notice({ type: "languageActive", language: "uk", savedSeconds: 300, timestamp: at(360) });
  log.notice(drop("fr", 400));
  log.notice({ type: "audienceDrop", before: 500, after: 200, percent: 60, withinSeconds: 30, timestamp: at(500) });
  log.notice({ type: "unservedLanguage", language: "tlh", timestamp: at(600) });
  assert.deepEqual(log.lines.map(({ text, urgent }) => [text, urgent === true]).reverse(), [
    ["Nobody has heard Ukrainian for 1 min: its translation can stop", false],
    ["Ukrainian is heard again: its translation is needed, after 5 min of rest", false],
    ["French lost 60% in 30 s while the others hold: check that channel", true],
    ["The audience fell from 500 to 200 (−60%) in 30 s", true],
    ["Somebody asked for Klingon, which is not offered", false],
  ]);
  assert.equal(log.lines.at(-1).language, "uk");
});

test("a drop that the server is certain of takes the place of what the page saw of it", () => {
  const log = new EventLog();
  log.add(status(0, { es: 500, fr: 100 }));
  log.add(status(20, { es: 500, fr: 60 }));
  assert.equal(log.lines[0].text, "−40 in French in 20 s");
  log.notice(drop("fr", 24));
  log.add(status(25, { es: 500, fr: 30 }));
  assert.deepEqual(
    log.lines.map(({ text }) => text),
    ["French lost 60% in 30 s while the others hold: check that channel"],
  );
});

test("a line about another drop, or one of long ago, stays", () => {
  const log = new EventLog();
  log.add(status(0, { es: 500, fr: 100 }));
  log.add(status(20, { es: 300, fr: 100 }));
  log.notice(drop("fr", 24));
  log.notice(drop("es", 100));
  assert.equal(log.lines.length, 3);
  assert.match(log.lines[2].text, /^−200 listeners/);
});

test("a mark stays until the language has recovered, or is no news any more, also where nobody is left", () => {
  const marks = (...events) => {
    const drops = new Drops();
    for (const event of events) {
      if ("listenerCount" in event) drops.review(event);
      else drops.notice(event);
    }
    return [...drops.current.keys()];
  };
  assert.deepEqual(marks(drop("fr", 0)), ["fr"]);
  assert.deepEqual(marks(drop("fr", 0), status(10, { fr: 79 })), ["fr"]);
  assert.deepEqual(marks(drop("fr", 0), status(10, { fr: 80 })), []);
  assert.deepEqual(marks(drop("fr", 0), status(10, {})), ["fr"]);
  assert.deepEqual(marks(drop("fr", 0), status(300, {})), []);
  const idle = { type: "languageIdle", language: "fr", idleSince: at(0), timestamp: at(60) };
  assert.deepEqual(marks(drop("fr", 0), idle, status(70, {})), ["fr"]);
});

test("marks are bounded, and the newest stay", () => {
  const drops = new Drops();
  for (let i = 0; i < 40; i += 1) drops.notice(drop(`x${i}`, i));
  assert.equal(drops.current.size, 16);
  assert.ok(drops.current.has("x39"));
});
