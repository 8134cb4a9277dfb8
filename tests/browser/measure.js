/**
 * Measures the speaker's view while ten thousand listeners join at a thousand a second: the longest tasks, what they were
 * busy with, and the heap.
 *
 *     HEADCOUNT_BINARY=path/to/headcount node measure.js [listeners] [per second]
 *
 * The times of one task are wall-clock times of Chromium's own trace, so on a machine that is busy they are too long.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { argv, env } from "node:process";
import { speak, stage } from "./rig.js";

const listeners = Number(argv[2] ?? 10_000);
const perSecond = Number(argv[3] ?? 1_000);
const LANGUAGES = "es:26,fr:20,de:14,pt-BR:10,ar:8,uk:6,ja:4,he:3,zh-Hant:3,tr:2,pl:2,it:1,nl:1";

const cleanups = [];
const rig = await stage(
  { after: (fn) => cleanups.push(fn) },
  {
    flags: ["--in-memory", "--connections-per-minute", "0"],
  },
);
const { page, sessionId } = await speak(rig);
const devtools = await page.context().newCDPSession(page);

const events = [];
devtools.on("Tracing.dataCollected", ({ value }) => events.push(...value));
await devtools.send("Tracing.start", {
  transferMode: "ReportEvents",
  traceConfig: {
    includedCategories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "__metadata"],
  },
});
const audience = spawn(env.HEADCOUNT_BINARY, [
  "simulate",
  rig.server.url,
  "--session",
  sessionId,
  "--listeners",
  String(listeners),
  "--languages",
  LANGUAGES,
  "--ramp",
  `${Math.ceil(listeners / perSecond)}s`,
  "--duration",
  "10s",
  "--churn",
  "2%/s",
]);
await page.locator(".bars tbody tr").nth(7).waitFor();
const counted = await page.locator(".languages .reading").textContent();
await once(audience, "exit");
const complete = new Promise((resolve) => devtools.once("Tracing.tracingComplete", resolve));
await devtools.send("Tracing.end");
await complete;

await devtools.send("HeapProfiler.collectGarbage");
const { usedSize, totalSize } = await devtools.send("Runtime.getHeapUsage");

// The main thread of the page's own process is the one that runs its script.
const script = events.find(({ name }) => name === "FunctionCall" || name === "FireAnimationFrame");
const tasks = events
  .filter(({ name, ph, pid, tid }) => name === "RunTask" && ph === "X" && pid === script.pid && tid === script.tid)
  .map(({ ts, dur, tdur }) => ({ ts, dur, wall: dur / 1_000, cpu: (tdur ?? dur) / 1_000 }));
const most = (of) => Math.max(...tasks.map(of)).toFixed(1);
const sorted = tasks.map(({ wall }) => wall).sort((one, other) => one - other);
const at = (part) => sorted[Math.floor(part * (sorted.length - 1))].toFixed(2);

console.log(`listeners            ${listeners}, ${perSecond} a second; ${counted} languages shown`);
console.log(`tasks                ${tasks.length}; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms`);
console.log(`longest task         ${most(({ wall }) => wall)} ms of wall clock, ${most(({ cpu }) => cpu)} ms of CPU`);
console.log(`tasks over 16 ms     ${tasks.filter(({ wall }) => wall > 16).length}`);
console.log(
  `JS heap in use       ${(usedSize / 1e6).toFixed(1)} MB of ${(totalSize / 1e6).toFixed(1)} MB, after a collection`,
);
// What the longest tasks were busy with, so that one knows where to look; parts of half a millisecond and more.
for (const { ts, dur, cpu } of tasks.toSorted((one, other) => other.cpu - one.cpu).slice(0, 4)) {
  const parts = events
    .filter(({ ph, pid, tid, name }) => ph === "X" && pid === script.pid && tid === script.tid && !/RunTask/.test(name))
    .filter((part) => part.ts >= ts && part.ts + part.dur <= ts + dur && (part.tdur ?? part.dur) > 500)
    .map((part) => `${part.name} ${((part.tdur ?? part.dur) / 1_000).toFixed(1)}`);
  console.log(`${cpu.toFixed(1)} ms at ${((ts - tasks[0].ts) / 1e6).toFixed(1)} s`.padEnd(21) + parts.join(", "));
}
console.log(`complaints           ${rig.complaints.length}`);
for (const cleanup of cleanups) await cleanup();
