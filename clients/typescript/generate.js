/**
 * Writes src/contract/ from the JSON Schemas of the protocol: one file of types a schema, and the names of all messages
 * that a server sends. With --check it writes nothing, and fails if what is there is not what it would write.
 *
 *     node generate.js [--check]
 *
 * A type says which members there are, and whether they must be there; what a schema says of lengths and patterns, or
 * of members that go together, no type can say. A schema that uses what is not known here is an error, not `unknown`.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const SCHEMAS = join(here, "../../crates/protocol/schemas");
const OUT = join(here, "src/contract");
const WIDTH = 120;

/** What a type is called where its own name would say too little, or would be that of something else here. */
const NAMES = { error: "ErrorMessage", Link: "ReadOnlyLink" };

/** What says how a value must be, but not of which type it is; and what says how members go together. */
const BEYOND_TYPES = new Set([
  ...["pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties"],
  ...["maxProperties", "propertyNames", "examples", "default", "dependentRequired", "if", "then", "else", "anyOf"],
]);
const KNOWN = new Set([
  ...["description", "deprecated", "type", "const", "enum", "$ref", "oneOf", "items", "prefixItems"],
  ...["properties", "required", "additionalProperties"],
]);

/** @param {string} definition */
function nameOf(definition) {
  return NAMES[definition] ?? definition[0].toUpperCase() + definition.slice(1);
}

/** The types of one schema file, as a TypeScript module. */
class Module {
  /** @type {Map<string, Set<string>>} which names of which other modules are needed */
  #needs = new Map();

  constructor(name, schema) {
    this.name = name;
    this.schema = schema;
  }

  text() {
    const definitions = Object.entries(this.schema.$defs);
    const types = definitions.map(([name, schema]) => this.#declaration(nameOf(name), schema));
    const more = this.name === "server" || this.name === "client" ? [this.#union(definitions)] : [];
    const names = this.name === "server" ? [list(definitions.map(([name]) => name))] : [];
    const needs = [...this.#needs].sort().map(([module, wanted]) => importOf(module, [...wanted].sort()));
    const head = `/** ${this.schema.title}. Written by generate.js from crates/protocol/schemas/${this.name}.json. */`;
    return `${[[head], needs.length > 0 ? [needs.join("\n")] : [], types, more, names].flat().join("\n\n")}\n`;
  }

  #declaration(name, schema) {
    const described = comment(schema, "");
    if (schema.properties === undefined) return fit(`${described}export type ${name} =`, this.#type(schema, "", name));
    return `${described}export interface ${name} ${this.#members(schema, "", name)}`;
  }

  /** @returns {string} */
  #type(schema, indent, where) {
    for (const key of Object.keys(schema)) {
      if (!KNOWN.has(key) && !BEYOND_TYPES.has(key)) throw new Error(`${where}: ${key} is not known here`);
    }
    if (schema.$ref !== undefined) return this.#reference(schema.$ref);
    if ("const" in schema) return JSON.stringify(schema.const);
    if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
    // Where there is a type beside them, the alternatives say which members go together.
    if (schema.oneOf !== undefined && schema.type === undefined) {
      return schema.oneOf.map((one) => this.#type(one, indent, where)).join(" | ");
    }
    if (Array.isArray(schema.type)) {
      return schema.type.map((type) => this.#type({ ...schema, type }, indent, where)).join(" | ");
    }
    return this.#plain(schema, indent, where);
  }

  #plain(schema, indent, where) {
    switch (schema.type) {
      case "string":
      case "boolean":
      case "null":
        return schema.type;
      case "integer":
      case "number":
        return "number";
      case "array":
        return schema.prefixItems !== undefined
          ? `[${schema.prefixItems.map((item) => this.#type(item, indent, where)).join(", ")}]`
          : listOf(this.#type(schema.items, indent, where));
      case "object":
        return schema.properties !== undefined
          ? this.#members(schema, indent, where)
          : `Record<string, ${this.#type(schema.additionalProperties, indent, where)}>`;
      default:
        throw new Error(`${where}: a schema without a type`);
    }
  }

  #members(schema, indent, where) {
    const deeper = `${indent}  `;
    const required = new Set(schema.required);
    const members = Object.entries(schema.properties).map(([name, member]) => {
      const head = `${comment(member, deeper)}${deeper}${name}${required.has(name) ? "" : "?"}:`;
      return `${fit(head, this.#type(member, deeper, `${where}.${name}`), deeper)}`;
    });
    return `{\n${members.join("\n")}\n${indent}}`;
  }

  #reference(reference) {
    const [file, path] = reference.split("#/$defs/");
    const name = nameOf(path);
    const module = basename(file, ".json");
    if (module !== "" && module !== this.name) {
      this.#needs.set(module, (this.#needs.get(module) ?? new Set()).add(name));
    }
    return name;
  }

  #union(definitions) {
    const [name, said] =
      this.name === "server"
        ? ["ServerMessage", "Whatever a server says over a WebSocket."]
        : ["ClientMessage", "Whatever a client says over its WebSocket."];
    const types = definitions.map(([definition]) => nameOf(definition)).sort();
    return `/** ${said} */\nexport type ${name} =\n${types.map((type) => `  | ${type}`).join("\n")};`;
  }
}

function list(names) {
  const lines = names.sort().map((name) => `  ${JSON.stringify(name)},`);
  return `/** The types of all of them. */\nexport const SERVER_MESSAGES = [\n${lines.join("\n")}\n] as const;`;
}

function importOf(module, names) {
  const line = `import type { ${names.join(", ")} } from "./${module}.js";`;
  if (line.length <= WIDTH) return line;
  return `import type {\n${names.map((name) => `  ${name},`).join("\n")}\n} from "./${module}.js";`;
}

function listOf(item) {
  return /[|{]/.test(item) ? `Array<${item}>` : `${item}[]`;
}

/** Breaks alternatives that are too many for a line. */
function fit(head, type, indent = "") {
  const last = head.slice(head.lastIndexOf("\n") + 1);
  const alternatives = type.split(" | ");
  const fits = `${last} ${type};`.length <= WIDTH;
  if (fits || type.startsWith("{") || alternatives.length === 1) return `${head} ${type};`;
  return `${head}\n${alternatives.map((one) => `${indent}  | ${one}`).join("\n")};`;
}

function comment({ description, deprecated }, indent) {
  const text = [description, deprecated === true ? "@deprecated" : undefined].filter(Boolean).join(" ");
  if (text === "") return "";
  const lines = wrap(text, WIDTH - indent.length - "/**  */".length);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`).join("\n")}\n${indent} */\n`;
}

function wrap(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const written = readdirSync(SCHEMAS)
  .filter((file) => file.endsWith(".json"))
  .sort()
  .map((file) => {
    const name = basename(file, ".json");
    const schema = JSON.parse(readFileSync(join(SCHEMAS, file), "utf8"));
    return { path: join(OUT, `${name}.ts`), text: new Module(name, schema).text() };
  });

if (argv.includes("--check")) {
  const stale = written.filter(({ path, text }) => {
    try {
      return readFileSync(path, "utf8") !== text;
    } catch {
      return true;
    }
  });
  const foreign = readdirSync(OUT).filter((file) => !written.some(({ path }) => basename(path) === file));
  for (const { path } of stale) console.error(`${path} is not what the schemas say: run generate.js and commit it`);
  for (const file of foreign) console.error(`${file} in src/contract comes from no schema`);
  exit(stale.length + foreign.length > 0 ? 1 : 0);
}
mkdirSync(OUT, { recursive: true });
for (const { path, text } of written) writeFileSync(path, text);
