/**
 * Writes src/own-names.ts: what languages call themselves, by the CLDR data of the Node that runs this. Browsers come
 * without the names of many languages, Chromium without more than a hundred. Run it when a new CLDR has come.
 */

import { writeFileSync } from "node:fs";
import { versions } from "node:process";
import { fileURLToPath } from "node:url";

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const two = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
const three = two.flatMap((pair) => LETTERS.map((third) => pair + third));
const written = ["pt-BR", "zh-Hans", "zh-Hant", "sr-Latn", "sr-Cyrl", "pa-Arab", "uz-Cyrl", "az-Cyrl"];

const names = {};
for (const tag of [...two, ...three, ...written]) {
  if (Intl.DisplayNames.supportedLocalesOf([tag]).length === 0) continue;
  if (new Intl.Locale(tag).toString() !== tag) continue;
  const own = new Intl.DisplayNames([tag], { type: "language", languageDisplay: "standard", fallback: "none" }).of(tag);
  if (own === undefined || own === tag) continue;
  const [first, ...rest] = [...own];
  names[tag] = first.toLocaleUpperCase(new Intl.Locale(tag).language) + rest.join("");
}

const lines = Object.entries(names).map(([tag, own]) => `${tag}\t${own}`);
writeFileSync(
  fileURLToPath(new URL("src/own-names.ts", import.meta.url)),
  `/** What languages call themselves (CLDR ${versions.cldr}, Unicode-3.0). Written by names.js. */

/** A tag, a tab and a name on each line. */
export const OWN_NAMES = \`${lines.join("\n")}\`;
`,
);
