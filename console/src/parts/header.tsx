/** What stands above every view. */

import type { ComponentChildren } from "preact";
import { write } from "../route";
import { nextTheme, type Theme, theme } from "../theme";

/** What of the disc is dark: half of it where the system decides. */
const FACES: Readonly<Record<Theme, string>> = {
  auto: "M10 2.5a7.5 7.5 0 0 1 0 15z",
  light: "",
  dark: "M10 2.5a7.5 7.5 0 0 1 0 15a7.5 7.5 0 0 1 0-15z",
};

export function Header({ children }: { children?: ComponentChildren }) {
  return (
    <header class="masthead">
      <a class="wordmark" href={write({ view: "start" })} aria-label="Headcount, to the start">
        <svg viewBox="0 0 18 18" aria-hidden="true">
          <path d="M0 12h3v6H0zM5 8h3v10H5zM10 4h3v14h-3zM15 0h3v18h-3z" />
        </svg>
        <span>Headcount</span>
      </a>
      <div class="context">{children}</div>
      <button
        type="button"
        class="quiet theme"
        onClick={nextTheme}
        aria-label={`Theme: ${theme.value}`}
        title={`Theme: ${theme.value}`}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="10" r="7.5" />
          <path d={FACES[theme.value]} />
        </svg>
      </button>
    </header>
  );
}
