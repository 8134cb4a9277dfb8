/** Gives tests a module of the console's sources. */

import { build } from "esbuild";

/** @param {string} name such as "history" */
export async function load(name) {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../src/${name}.ts`, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
