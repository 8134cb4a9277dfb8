/** Names and colours of languages. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.js";

const { canonicalTag, languageName, offeredLanguages } = await load("languages");
const { Colours, SLOTS } = await load("colours");
const { age, count, duration, percent } = await load("format");

test("a language has its own name, an English one, and a direction", () => {
  assert.deepEqual(languageName("es"), {
    tag: "es",
    own: "Español",
    english: "Spanish",
    direction: "ltr",
    isLanguage: true,
  });
  assert.deepEqual([languageName("ar").own, languageName("ar").direction], ["العربية", "rtl"]);
  assert.equal(languageName("he").direction, "rtl");
  assert.equal(languageName("pt-BR").english, "Portuguese (Brazil)");
});

test("what is no language, or none that is known, has a name all the same", () => {
  assert.deepEqual([languageName("unknown").own, languageName("unknown").isLanguage], ["Language not known", false]);
  assert.equal(languageName("other").isLanguage, false);
  assert.equal(languageName("not a tag").own, "not a tag");
  assert.equal(languageName("qaa").english, "qaa");
});

test("a typed tag is brought into its form, or refused", () => {
  assert.deepEqual([" pt_br ", "iw", "x y", ""].map(canonicalTag), ["pt-BR", "he", undefined, undefined]);
});

test("each offered language is there once, and has a name", () => {
  const offered = offeredLanguages();
  assert.equal(new Set(offered.map(({ tag }) => tag)).size, offered.length);
  assert.deepEqual(
    offered.filter(({ tag, english }) => tag === english),
    [],
  );
});

test("a language keeps its colour, and gives it up only to one that needs it much more", () => {
  const colours = new Colours();
  const tags = Array.from({ length: SLOTS }, (_, index) => `l${index}`);
  const all = Object.fromEntries(tags.map((tag) => [tag, 20]));
  const slots = () => tags.map((tag) => colours.of(tag));
  colours.observe(all);
  assert.deepEqual(slots(), [0, 1, 2, 3, 4, 5, 6, 7]);
  colours.observe({ new: 29, ...all });
  assert.equal(colours.of("new"), undefined);
  colours.observe({ new: 31, ...all });
  assert.equal(colours.of("new"), 7);
  assert.deepEqual(slots(), [0, 1, 2, 3, 4, 5, 6, undefined]);
});

test("a colour that nobody uses is the first to go, and what is no language has none", () => {
  const colours = new Colours();
  const tags = Array.from({ length: SLOTS }, (_, index) => `l${index}`);
  colours.observe(Object.fromEntries(tags.map((tag) => [tag, 9])));
  colours.observe({ other: 99, unknown: 98, new: 1, ...Object.fromEntries(tags.slice(2).map((tag) => [tag, 1])) });
  assert.equal(colours.of("new"), 0);
  assert.deepEqual([colours.of("l0"), colours.of("l1")], [undefined, 1]);
  assert.deepEqual([colours.of("other"), colours.of("unknown")], [undefined, undefined]);
});

test("numbers and times as people read them", () => {
  assert.deepEqual([count(1_248), percent(0.123), percent(0.001), percent(0)], ["1,248", "12%", "<1%", "0%"]);
  assert.deepEqual([0, 65, 3_723, -4].map(duration), ["0:00", "1:05", "1:02:03", "0:00"]);
  assert.deepEqual([400, 59_000, 61_000, 7_500_000].map(age), ["0 s", "59 s", "1 min", "2 h 5 min"]);
});
