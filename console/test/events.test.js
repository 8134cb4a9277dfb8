/** The line of events. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.js";

const { EventLog } = await load("events");
const START = 1_699_500_000_000;

/** What a log says of these statuses, the oldest line first: seconds since the start, languages, and what else. */
function linesOf(...statuses) {
  const log = new EventLog();
  for (const [seconds, languageDistribution, more = {}] of statuses) {
    const listenerCount = Object.values(languageDistribution).reduce((sum, heard) => sum + heard, 0);
    log.add({ timestamp: START + seconds * 1_000, listenerCount, languageDistribution, ...more });
  }
  return log.lines.map(({ text }) => text).reverse();
}

test("the first status is no event, a new language is, and one that comes back is not", () => {
  assert.deepEqual(linesOf([0, { es: 3 }]), []);
  assert.deepEqual(linesOf([0, { es: 3 }], [1, { es: 3, uk: 1 }], [2, { es: 3 }], [3, { es: 3, uk: 1 }]), [
    "Ukrainian joined for the first time",
  ]);
});

test("many new languages are one line, and what is no language is none", () => {
  const [line, ...others] = linesOf([0, {}], [1, { es: 1, fr: 1, de: 1, ja: 1, uk: 1, unknown: 1, other: 1 }]);
  assert.equal(line, "5 languages joined for the first time: Spanish, French, German, Japanese, Ukrainian");
  assert.deepEqual(others, []);
});

test("one language that drops is told apart from an audience that leaves", () => {
  assert.deepEqual(linesOf([0, { es: 500, fr: 100 }], [30, { es: 500, fr: 60 }]), ["−40 in French in 30 s"]);
  assert.deepEqual(linesOf([0, { es: 500, fr: 100 }], [20, { es: 300, fr: 60 }]), ["−240 listeners in 20 s (40%)"]);
});

test("a small change, and a change long ago, are not worth a line; nor is the same one twice", () => {
  assert.deepEqual(linesOf([0, { es: 500, fr: 100 }], [30, { es: 490, fr: 90 }]), []);
  assert.deepEqual(linesOf([0, { es: 500, fr: 100 }], [60, { es: 500, fr: 60 }]), []);
  assert.deepEqual(linesOf([0, { es: 500, fr: 100 }], [5, { es: 500, fr: 60 }], [6, { es: 500, fr: 58 }]), [
    "−40 in French in 5 s",
  ]);
});

test("a language that nobody hears any more", () => {
  assert.deepEqual(linesOf([0, { es: 90, fr: 6 }], [1, { es: 90 }]), ["Nobody hears French any more; 6 did"]);
  assert.deepEqual(linesOf([0, { es: 90, fr: 2 }], [1, { es: 90 }]), []);
});

test("counts that might be short are no departures", () => {
  assert.deepEqual(linesOf([0, { es: 100 }], [1, { es: 3 }, { exact: false }], [2, { es: 100 }], [3, { es: 60 }]), [
    "Counting anew: the number may be short for some seconds",
    "The count is exact again",
    "−40 listeners in 1 s (40%)",
  ]);
});

test("a round number is told once, and not if it was passed before this page looked", () => {
  assert.deepEqual(
    linesOf([0, { es: 5 }], [1, { es: 12 }], [2, { es: 6 }], [40, { es: 11 }]).filter((line) => /reached/.test(line)),
    ["10 listeners reached for the first time"],
  );
  const seen = { audience: { peakListenerCount: 80 } };
  assert.deepEqual(linesOf([0, { es: 5 }, seen], [1, { es: 60 }, seen]), []);
});

test("the log is bounded", () => {
  const log = new EventLog();
  for (let i = 0; i < 300; i += 1) log.say(i, `line ${i}`);
  assert.equal(log.lines.length, 100);
  assert.equal(log.lines[0].text, "line 299");
});
