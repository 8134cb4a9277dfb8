/** What the broadcast does, in a word. */

import type { AudienceModel } from "../audience";

export function BroadcastBadge({ model }: { model: AudienceModel }) {
  if (model.state.value.name !== "connected") return <p class="badge off">Not connected</p>;
  const broadcast = model.broadcast.value;
  const held = [broadcast?.isPaused === true && "Paused", broadcast?.isMuted === true && "Muted"];
  const said = held.filter(Boolean).join(", ");
  return <p class={said === "" ? "badge live" : "badge held"}>{said === "" ? "Live" : said}</p>;
}
