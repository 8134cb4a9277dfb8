/** The curve as shapes: what the points of the history look like in a rectangle. */

import type { Point } from "../history";

export interface Box {
  width: number;
  height: number;
}

export interface Window {
  from: number;
  to: number;
}

/** One area from the baseline up; later ones are painted over earlier ones. */
export interface Area {
  /** Which language's upper edge it is; `undefined` for all others together, or where languages are not known. */
  tag: string | undefined;
  path: string;
}

export interface Shape {
  areas: Area[];
  /** The upper edge of it all. */
  outline: string;
  /** The count at the top of the rectangle. */
  ceiling: number;
}

/** How many columns the window is divided into: as many as an eye can tell apart. */
const COLUMNS = 240;

/** The time that the rectangle shows: from the first point on, a minute at least and an hour at most. */
export function windowOf(points: readonly Point[], now: number): Window {
  const first = points[0]?.at ?? now;
  const span = Math.min(60 * 60_000, Math.max(60_000, now - first));
  return { from: now - span, to: now };
}

/** Round times in the window, six at the most, and none so near its ends that there is no room to write it. */
export function ticks({ from, to }: Window): number[] {
  const minute = 60_000;
  const step =
    [1, 2, 5, 10, 15].map((minutes) => minutes * minute).find((wide) => (to - from) / wide <= 6) ?? 15 * minute;
  const first = Math.ceil((from + (to - from) * 0.05) / step) * step;
  const last = to - (to - from) * 0.1;
  return Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, index) => first + index * step);
}

/** What was known in each column; the value at its end. */
export function columns(points: readonly Point[], { from, to }: Window): (Point | undefined)[] {
  const width = (to - from) / COLUMNS;
  let next = 0;
  let current: Point | undefined;
  return Array.from({ length: COLUMNS }, (_, index) => {
    const end = from + (index + 1) * width;
    for (let point = points[next]; point !== undefined && point.at <= end; point = points[next]) {
      current = point;
      next += 1;
    }
    return current;
  });
}

/** Areas for the languages in `order`, the first at the bottom, and the rest on top. */
export function shapeOf(known: readonly (Point | undefined)[], order: readonly string[], box: Box): Shape {
  const ceiling = ceilingOf(Math.max(0, ...known.map((point) => point?.count ?? 0)));
  const total = known.map((point) => point?.count);
  const areas: Area[] = [{ tag: undefined, path: area(total, ceiling, box) }];
  const sums = known.map((point): number | undefined => (point?.languages === undefined ? undefined : 0));
  const stacked = order.map((tag) => {
    known.forEach((point, index) => {
      const sum = sums[index];
      if (sum !== undefined) sums[index] = sum + (point?.languages?.[tag] ?? 0);
    });
    return { tag, path: area(sums, ceiling, box) };
  });
  areas.push(...stacked.reverse());
  return { areas, outline: outline(total, ceiling, box), ceiling };
}

/** The next round number above: 1, 2, 5 or 10 times a power of ten, 4 at least. */
export function ceilingOf(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(4, highest)));
  const digit = [1, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= Math.max(4, highest)) ?? 10;
  return digit * power;
}

type Heights = readonly (number | undefined)[];

/** Steps from left to right, closed to the baseline wherever nothing is known. */
function area(heights: Heights, ceiling: number, box: Box): string {
  return runs(heights)
    .map(({ start, end }) => {
      const x = (column: number): string => round((column / heights.length) * box.width);
      return `M${x(start)} ${box.height}${steps(heights, start, end, ceiling, box, "V")}V${box.height}Z`;
    })
    .join("");
}

function outline(heights: Heights, ceiling: number, box: Box): string {
  return runs(heights)
    .map(({ start, end }) => steps(heights, start, end, ceiling, box, "M"))
    .join("");
}

function steps(heights: Heights, start: number, end: number, ceiling: number, box: Box, first: "M" | "V"): string {
  const x = (column: number): string => round((column / heights.length) * box.width);
  const y = (column: number): string => round(box.height * (1 - (heights[column] ?? 0) / ceiling));
  let path = first === "M" ? `M${x(start)} ${y(start)}` : `V${y(start)}`;
  for (let column = start + 1; column < end; column += 1) {
    if (heights[column] !== heights[column - 1]) path += `H${x(column)}V${y(column)}`;
  }
  return `${path}H${x(end)}`;
}

function runs(heights: Heights): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  heights.forEach((height, index) => {
    if (height === undefined) return;
    const last = found.at(-1);
    if (last?.end === index) last.end = index + 1;
    else found.push({ start: index, end: index + 1 });
  });
  return found;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
