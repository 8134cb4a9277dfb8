/** Copies a text, where the browser has a clipboard. */

import { useState } from "preact/hooks";

export function Copy({ text }: { text: string }) {
  const [said, setSaid] = useState("");
  // Pages that did not come over TLS have no clipboard.
  if (navigator.clipboard === undefined) return null;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
    } catch {
      setSaid("The browser did not allow it");
    }
  };
  return (
    <p>
      <button type="button" class="quiet" onClick={copy}>
        Copy the link
      </button>{" "}
      <span role="status">{said}</span>
    </p>
  );
}
