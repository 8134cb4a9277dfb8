/**
 * Builds the console into dist/: what a server gives out, and assets.json, which lists it with content types and
 * hashes. The same sources and lockfile make the same bytes; scripts/console checks that.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = argv[2] ?? join(here, "dist");

const TYPES = {
  "index.html": "text/html; charset=utf-8",
  "console.js": "text/javascript; charset=utf-8",
  "console.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml",
  "licences.txt": "text/plain; charset=utf-8",
};

/** What others wrote and console.js contains: their licences want to be passed on with it. */
const OTHERS = ["preact", "@preact/signals", "@preact/signals-core", "lean-qr"];

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/main.tsx", out: "console" },
    { in: "style/console.css", out: "console" },
  ],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome123", "firefox121", "safari17.5"],
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
}).catch(() => process.exit(1));
for (const name of ["index.html", "icon.svg"]) await writeFile(join(out, name), await readFile(join(here, name)));

const licences = await Promise.all([
  ...OTHERS.map(async (name) => `${name}\n\n${await readFile(join(here, "node_modules", name, "LICENSE"), "utf8")}`),
  readFile(join(here, "licences/unicode.txt"), "utf8").then((text) => `Names of languages (CLDR)\n\n${text}`),
]);
await writeFile(join(out, "licences.txt"), licences.join("\n\n"));

const assets = [];
for (const [name, contentType] of Object.entries(TYPES)) {
  const bytes = await readFile(join(out, name));
  assets.push({ name, contentType, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
}
await writeFile(join(out, "assets.json"), `${JSON.stringify({ index: "index.html", assets }, null, 2)}\n`);
