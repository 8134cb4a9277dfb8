// Records requests as the AWS SDK for JavaScript signs them, for the tests of the server's signature check.
//
//     npm install @aws-sdk/client-apigatewaymanagementapi
//     node tests/interop/record_management_signatures.mjs > crates/server/src/management/tests/signed_by_js.json
//
// Nothing is sent: every request is caught when it is ready and answered on the spot.

import { createRequire } from "node:module";

// Found from where it is run, so that the repository needs no node_modules of its own.
const require = createRequire(`${process.cwd()}/`);
const sdk = require("@aws-sdk/client-apigatewaymanagementapi");
const { version } = require("@aws-sdk/client-apigatewaymanagementapi/package.json");

const accessKeyId = "HEADCOUNTMANAGER";
const secretAccessKey = "only-for-tests/0123456789+abcdefghijklmno";
const requests = [];

const catching = {
  async handle(request) {
    const port = request.port ? `:${request.port}` : "";
    requests.push({
      method: request.method,
      target: request.path,
      headers: { host: `${request.hostname}${port}`, ...request.headers },
      body: Buffer.from(request.body ?? "").toString(),
    });
    return { response: { statusCode: request.method === "DELETE" ? 204 : 200, headers: {}, body: undefined } };
  },
};

function client(region, endpoint) {
  return new sdk.ApiGatewayManagementApiClient({
    region,
    endpoint,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: catching,
    // Without this, the name of this machine's kernel would be recorded.
    defaultUserAgentProvider: async () => [["aws-sdk-js", version]],
  });
}

const id = "L0SM9cOFvHcCIhw=";
const staged = client("eu-central-1", "https://counts.example.org:9443/prod");
await staged.send(new sdk.PostToConnectionCommand({ ConnectionId: id, Data: '{"type":"note","text":"hé"}' }));
await staged.send(new sdk.PostToConnectionCommand({ ConnectionId: "a~b/c+d%3De'(!)*", Data: "plain text" }));
await staged.send(new sdk.DeleteConnectionCommand({ ConnectionId: id }));
await client("us-west-2", "https://counts.example.org").send(
  new sdk.PostToConnectionCommand({ ConnectionId: "GJ1-q_0wVfYhQm2sK3eTzA", Data: "no stage" }),
);

const about = `Made by tests/interop/record_management_signatures.mjs with @aws-sdk/client-apigatewaymanagementapi ${version}`;
console.log(JSON.stringify({ about, accessKeyId, secretKey: secretAccessKey, requests }, null, 1));
