/** The title of the tab: the count, for whoever works in another one. */

import { useEffect } from "preact/hooks";
import type { AudienceModel } from "../audience";

export function Title({ model }: { model: AudienceModel }) {
  const total = model.status.value?.listenerCount;
  useEffect(() => {
    document.title = total === undefined ? model.sessionId : `${total} · ${model.sessionId}`;
  }, [total, model]);
  return null;
}
