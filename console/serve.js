/**
 * Serves dist/ in front of a running Headcount server, as that server would: for working on the console and for its
 * tests. Everything that is not a file of the console goes on to the server, WebSockets too.
 *
 *     node serve.js http://127.0.0.1:8080 3000
 */

import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** No inline script or style, and nothing from anywhere else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-cache",
};

/**
 * @param {string} backend where the server is
 * @param {number} [port] any free one unless given
 * @returns {Promise<import("node:http").Server>}
 */
export function serve(backend, port = 0) {
  const { hostname, port: behind } = new URL(backend);
  const server = createServer((asked, answer) => {
    const file = asked.method === "GET" ? fileFor(asked.url ?? "/") : undefined;
    if (file !== undefined) {
      answer.writeHead(200, { ...HEADERS, "content-type": file.contentType });
      answer.end(file.body);
      return;
    }
    const { method, headers, url: path } = asked;
    const onward = request({ hostname, port: behind, path, method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on("error", () => answer.writeHead(502).end());
    asked.pipe(onward);
  });
  server.on("upgrade", (asked, near, head) => {
    const far = connect(Number(behind), hostname, () => {
      const lines = [`${asked.method} ${asked.url} HTTP/1.1`];
      for (let i = 0; i < asked.rawHeaders.length; i += 2)
        lines.push(`${asked.rawHeaders[i]}: ${asked.rawHeaders[i + 1]}`);
      far.write(`${lines.join("\r\n")}\r\n\r\n`);
      far.write(head);
      near.pipe(far).pipe(near);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      socket.on("error", () => {});
      socket.on("close", () => other.destroy());
    }
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}

/** @param {string} url */
function fileFor(url) {
  const path = new URL(url, "http://localhost").pathname;
  const { index, assets } = JSON.parse(readFileSync(join(here, "dist/assets.json"), "utf8"));
  const name = path === "/" ? index : path.slice(1);
  const asset = assets.find((known) => known.name === name);
  return asset && { contentType: asset.contentType, body: readFileSync(join(here, "dist", asset.name)) };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(argv[2] ?? "http://127.0.0.1:8080", Number(argv[3] ?? 3000));
  console.log(`the console is at http://127.0.0.1:${server.address().port}/`);
}
