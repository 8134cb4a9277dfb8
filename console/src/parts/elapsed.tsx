/** For how long a session has gone on. A component of its own, since it is drawn every second. */

import type { AudienceModel } from "../audience";
import { duration } from "../format";

export function Elapsed({ model }: { model: AudienceModel }) {
  const seconds = model.elapsed();
  return (
    <p class="elapsed" data-elapsed={Math.floor(seconds)}>
      <span class="unseen">Duration </span>
      {duration(seconds)}
    </p>
  );
}
