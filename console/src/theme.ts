/** Light or dark: as the system has it, unless the person at the page says otherwise. */

import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const KEY = "headcount.theme";
const NEXT: Readonly<Record<Theme, Theme>> = { auto: "light", light: "dark", dark: "auto" };

export const theme = signal<Theme>(stored());

/** Goes on to the next one. */
export function nextTheme(): void {
  theme.value = NEXT[theme.value];
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // A browser that forbids storage forgets it with the page.
  }
}

theme.subscribe((value) => {
  document.documentElement.dataset.theme = value;
});

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto";
  }
}
