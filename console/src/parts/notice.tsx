/** What cannot be overlooked: that something is wrong, or over. */

import type { Ending } from "@headcount/client";
import type { ComponentChildren } from "preact";

/** A line that cannot be overlooked. */
export function Notice({
  kind = "calm",
  action,
  children,
}: {
  kind?: "calm" | "problem";
  action?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <p class={`notice ${kind}`}>
      <span>{children}</span>
      {action}
    </p>
  );
}

/** Why a connection is over, in words. */
export function whyClosed(because: Ending): string {
  switch (because.kind) {
    case "ended":
      return `The session has ended${reason(because.message.reason)}.`;
    case "superseded":
      return "Another window has taken over this session.";
    case "refused":
      return because.error?.message ?? "The server refuses this connection.";
    case "dismissed":
      return "The server has closed this connection for good.";
    case "left":
      return "You have left.";
  }
}

function reason(said: string): string {
  const known: Readonly<Record<string, string>> = {
    ended: "",
    expired: ": it has reached its greatest age",
    speakerLost: ": its speaker was lost",
  };
  return known[said] ?? `: ${said}`;
}
