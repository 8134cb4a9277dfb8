/** A count as large as its place allows. */

import { count } from "../format";

/**
 * Groups of three stand apart by a gap, since a comma of that size would hang into what is below; those who listen to
 * the page hear the number as it is usually written. `short` is for a count that is at least so much.
 */
export function Figure({ value, short = false }: { value: number | undefined; short?: boolean }) {
  const groups = value === undefined ? ["–"] : count(value).split(",");
  const digits = groups.join("").length;
  // The gap is a third as wide as a digit, as is the sign in front, about.
  const width = digits + (groups.length - 1) / 3 + (short ? 0.8 : 0);
  return (
    <span class="figure" style={{ "--digits": width }}>
      <span class="unseen" data-testid="count">
        {short && "at least "}
        {value === undefined ? "not known yet" : count(value)}
      </span>
      <span aria-hidden="true">
        {short && <span class="at-least">≥</span>}
        {groups.map((group, index) => (
          <span key={index} class="group">
            {group}
          </span>
        ))}
      </span>
    </span>
  );
}
