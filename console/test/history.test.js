/** The curve of the audience, and its shape. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.js";

const { History } = await load("history");
const { ceilingOf, columns, shapeOf, ticks, windowOf } = await load("speaker/shape");
const START = 1_699_500_000_000;

function status(seconds, listenerCount, more = {}) {
  return { timestamp: START + seconds * 1_000, listenerCount, languageDistribution: { es: listenerCount }, ...more };
}

function pointsOf(history) {
  return history.points.map(({ at, count }) => [(at - START) / 1_000, count]);
}

test("the first status brings the past, later ones do not bring it twice", () => {
  const history = new History();
  const audience = {
    trend: [
      [START - 60_000, 4],
      [START - 30_000, 9],
      [START, 12],
    ],
  };
  history.add(status(0, 12, { audience }));
  history.add(status(7, 13, { audience }));
  assert.deepEqual(pointsOf(history), [
    [-60, 4],
    [-30, 9],
    [0, 12],
    [7, 13],
  ]);
  assert.equal(history.points[0].languages, undefined);
  assert.deepEqual(history.points[2].languages, { es: 12 });
});

test("what the service tells takes the place of what was heard, and of the hole, until it was asked", () => {
  const history = new History();
  history.add(status(0, 3));
  history.lost(START + 10_000);
  history.add(status(60, 5));
  const told = (seconds, listenerCount) => {
    return {
      at: START + seconds * 1_000,
      listenerCount,
      max: listenerCount,
      languageDistribution: { fr: listenerCount },
    };
  };
  history.recall([told(0, 3), told(20, 9), told(50, 4)]);
  assert.deepEqual(pointsOf(history), [
    [0, 3],
    [20, 9],
    [50, 4],
    [60, 5],
  ]);
  assert.deepEqual(history.points[1].languages, { fr: 9 });
});

test("a second of statuses is one point, and the last tells the truth", () => {
  const history = new History();
  for (let second = 0; second <= 20; second += 1) history.add(status(second, second * 100));
  const points = pointsOf(history);
  assert.deepEqual(points[0], [0, 0]);
  assert.deepEqual(points.at(-1), [20, 2_000]);
  assert.ok(points.length <= 10, `${points.length} points`);
});

test("what was missed while the connection was lost is a gap, filled as far as the trend tells", () => {
  const history = new History();
  history.add(status(0, 10));
  history.lost(START + 10_000);
  history.lost(START + 11_000);
  history.add(
    status(60, 30, {
      audience: {
        trend: [
          [START - 5_000, 9],
          [START + 40_000, 20],
        ],
      },
    }),
  );
  assert.deepEqual(pointsOf(history), [
    [0, 10],
    [10, undefined],
    [40, 20],
    [60, 30],
  ]);
});

test("counts that were taken earlier do not turn time back", () => {
  const history = new History();
  history.add(status(10, 10));
  history.add(status(4, 8, { exact: false }));
  assert.deepEqual(pointsOf(history), [[10, 8]]);
});

test("an hour is kept, and what it began with", () => {
  const history = new History();
  for (let minute = 0; minute <= 180; minute += 1) history.add(status(minute * 60, minute));
  const points = pointsOf(history);
  assert.deepEqual(points[0], [120 * 60, 120]);
  assert.equal(points.length, 61);
});

test("the window holds what is known, between a minute and an hour", () => {
  const point = (at) => ({ at, count: 1, languages: undefined });
  assert.deepEqual(windowOf([point(START)], START + 1_000), { from: START - 59_000, to: START + 1_000 });
  assert.equal(windowOf([point(START)], START + 7_200_000).from, START + 3_600_000);
  assert.deepEqual(ticks({ from: 0, to: 600_000 }), [120_000, 240_000, 360_000, 480_000]);
});

test("the shape has steps, a hole where nothing is known, and the last band on top", () => {
  const points = [
    { at: 0, count: 4, languages: { es: 3, fr: 1 } },
    { at: 60_000, count: undefined, languages: undefined },
    { at: 90_000, count: 2, languages: { fr: 2 } },
  ];
  const known = columns(points, { from: 0, to: 120_000 });
  const { areas, outline, ceiling } = shapeOf(known, ["es", "fr"], { width: 240, height: 4 });
  assert.equal(ceiling, 4);
  assert.deepEqual(
    areas.map(({ tag }) => tag),
    [undefined, "fr", "es"],
  );
  assert.equal(outline, "M0 0H119M179 2H240");
  assert.equal(areas[2].path, "M0 4V1H119V4ZM179 4V4H240V4Z");
});

test("the scale ends at a round number", () => {
  assert.deepEqual(
    [0, 3, 4, 7, 42, 100, 101, 9_500, 10_001].map(ceilingOf),
    [4, 4, 4, 8, 50, 100, 200, 10_000, 20_000],
  );
});
