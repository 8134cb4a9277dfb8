/** Languages as people call them, by CLDR: in English as the browser has it, in themselves from a list of our own. */

import { OWN_NAMES } from "./own-names";

export interface LanguageName {
  tag: string;
  /** What its speakers call it, or the English name where the browser does not know. */
  own: string;
  english: string;
  direction: "ltr" | "rtl";
  /** Whether this is a language, and not one of the two tags that gather what has no name. */
  isLanguage: boolean;
}

/** Scripts that run from right to left, for browsers that cannot tell. */
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set([
  "Adlm",
  "Arab",
  "Hebr",
  "Mand",
  "Nkoo",
  "Rohg",
  "Samr",
  "Syrc",
  "Thaa",
  "Yezi",
]);

/** The tags in a status that are no languages. */
const GATHERED: Readonly<Record<string, string>> = {
  unknown: "Language not known",
  other: "Other languages",
};

/** What the pickers offer. Any other tag can be typed. */
const OFFERED = (
  "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu ha he hi hr hu hy id ig is it ja " +
  "ka kk km kn ko ky lo lt lv mk ml mn mr ms mt my nb ne nl pa pl ps pt pt-BR ro ru rw si sk sl so sq sr sv sw ta " +
  "te th tr uk ur uz vi xh yo zh-Hans zh-Hant zu"
).split(" ");

const english = new Intl.DisplayNames(["en"], { type: "language", languageDisplay: "standard" });
const own = new Map(OWN_NAMES.split("\n").map((line) => line.split("\t") as [string, string]));
const known = new Map<string, LanguageName>();

/** The names of a language. Never throws: what is no tag is called as it is written. */
export function languageName(tag: string): LanguageName {
  let name = known.get(tag);
  if (name === undefined) {
    name = lookUp(tag);
    // A hostile audience could ask for any number of tags; the server shows at most some hundred at a time.
    if (known.size < 2_000) known.set(tag, name);
  }
  return name;
}

/** The languages that the pickers offer, in the order of their own names. */
export function offeredLanguages(tags: readonly string[] = OFFERED): LanguageName[] {
  const order = new Intl.Collator(undefined, { sensitivity: "base" });
  return tags.map(languageName).sort((one, other) => order.compare(one.own, other.own));
}

/** What the person at this browser reads, the first choice first. Regions count only where they are offered. */
export function preferredLanguages(offered: readonly string[] = OFFERED): LanguageName[] {
  const wishes = navigator.languages.flatMap((tag) =>
    candidates(tag)
      .filter((form) => offered.includes(form))
      .slice(0, 1),
  );
  return [...new Set(wishes)].slice(0, 4).map(languageName);
}

/** Whether this is a well-formed tag, in its canonical form. */
export function canonicalTag(text: string): string | undefined {
  try {
    return new Intl.Locale(text.trim().replaceAll("_", "-")).toString();
  } catch {
    return undefined;
  }
}

/** A tag, the tag without its region, and the script that it implies. */
function candidates(tag: string): string[] {
  const locale = locate(tag);
  if (locale === undefined) return [];
  const script = locale.maximize().script;
  return [locale.baseName, `${locale.language}-${script}`, locale.language];
}

function lookUp(tag: string): LanguageName {
  const gathered = GATHERED[tag];
  if (gathered !== undefined) {
    return { tag, own: gathered, english: gathered, direction: "ltr", isLanguage: false };
  }
  const locale = locate(tag);
  const name = (locale === undefined ? undefined : english.of(tag)) ?? tag;
  return {
    tag,
    own: locale === undefined ? name : ownName(tag, locale, name),
    english: name,
    direction: locale === undefined ? "ltr" : direction(locale),
    isLanguage: true,
  };
}

function locate(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}

/** Browsers lack the own names of many languages, but know those of the greater ones with their regions and scripts. */
function ownName(tag: string, locale: Intl.Locale, fallback: string): string {
  const listed = own.get(tag);
  if (listed !== undefined) return listed;
  // Without data for it a browser would answer in the language of the page's reader.
  if (Intl.DisplayNames.supportedLocalesOf([tag]).length === 0) return fallback;
  const names = new Intl.DisplayNames([tag], { type: "language", languageDisplay: "standard", fallback: "none" });
  const name = names.of(tag);
  if (name === undefined) return fallback;
  const [first = "", ...rest] = [...name];
  return first.toLocaleUpperCase(locale.language) + rest.join("");
}

interface TextInfo {
  direction?: string;
}

function direction(locale: Intl.Locale & { getTextInfo?: () => TextInfo; textInfo?: TextInfo }): "ltr" | "rtl" {
  const said = (locale.getTextInfo?.() ?? locale.textInfo)?.direction;
  if (said === "ltr" || said === "rtl") return said;
  return RIGHT_TO_LEFT.has(locale.maximize().script ?? "") ? "rtl" : "ltr";
}
