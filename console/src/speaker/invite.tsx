/** How listeners get in: a link, and the same as a QR code. */

import { generate } from "lean-qr";
import { toSvgPath } from "lean-qr/extras/svg";
import { useMemo } from "preact/hooks";
import { isLocal, joinLink } from "../base";
import { Copy } from "../parts/copy";

/** The quiet zone around a QR code, in modules (ISO/IEC 18004). */
const QUIET = 4;

export function Invite({ sessionId }: { sessionId: string }) {
  const link = joinLink(sessionId);
  return (
    <section class="invite" aria-labelledby="invite-title">
      <h2 id="invite-title">Join</h2>
      <div class="invitation">
        <QrCode sessionId={sessionId} />
        <div class="link">
          <p>Listeners scan this, or open</p>
          <p>
            <a href={link} target="_blank" rel="noreferrer">
              {link.replace(/^https?:\/\//, "")}
            </a>
          </p>
          <Copy text={link} />
          {isLocal() && (
            <p class="hint">
              This address works on this machine only: open the console by the name that your listeners know.
            </p>
          )}
        </div>
      </div>
    </section>
  );
}

/** The link to join, for cameras. */
export function QrCode({ sessionId }: { sessionId: string }) {
  const { size, path } = useMemo(() => {
    const code = generate(joinLink(sessionId));
    return { size: code.size, path: toSvgPath(code) };
  }, [sessionId]);
  const side = size + 2 * QUIET;
  return (
    <svg
      class="qr"
      viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`}
      role="img"
      aria-label={`QR code of the link to join ${sessionId}`}
    >
      <rect x={-QUIET} y={-QUIET} width={side} height={side} />
      <path d={path} />
    </svg>
  );
}
