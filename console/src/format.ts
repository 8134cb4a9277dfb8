/** Numbers and times as people read them. */

const whole = new Intl.NumberFormat("en");
const one = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

const day = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** 1,248 */
export function count(value: number): string {
  return whole.format(value);
}

/** 12.5 */
export function number(value: number): string {
  return one.format(value);
}

/** What many have listened together, of minutes: 45 min, 1,204.5 h */
export function hours(minutes: number): string {
  return minutes < 60 ? `${one.format(minutes)} min` : `${one.format(minutes / 60)} h`;
}

/** 12 %, or "<1%" for a share that is small, but there. */
export function percent(value: number): string {
  return value > 0 && value < 0.005 ? "<1%" : share.format(value);
}

/** 20:41 */
export function timeOfDay(at: number): string {
  return clock.format(at);
}

/** 4 Mar, 20:41 */
export function dayAndTime(at: number): string {
  return day.format(at);
}

/** 20:41:07 */
export function exactTimeOfDay(at: number): string {
  return clockWithSeconds.format(at);
}

/** 0:07, 12:30, 1:02:03 */
export function duration(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => value.toString().padStart(2, "0");
  const hours = Math.floor(left / 3_600);
  const minutes = Math.floor(left / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
}

/** 7 s, 4 min, 2 h 5 min */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 1 listener, 2 listeners */
export function listeners(value: number): string {
  return value === 1 ? "1 listener" : `${count(value)} listeners`;
}
