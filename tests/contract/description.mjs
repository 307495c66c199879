// GitHub's OpenAPI description (3.0): finding the operation that a request is, and making JSON Schema of its schemas.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv";
import addFormats from "ajv-formats";

// What only tells people something.
const ANNOTATIONS = new Set([
  "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "externalDocs",
]);
// What is checked. A word that is in neither list stops the program, so that nothing goes unchecked unnoticed.
const ASSERTIONS = new Set([
  "type", "format", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems",
  "uniqueItems", "required", "minProperties", "maxProperties",
]);
const COMPONENT = "#/components/schemas/";

export class Description {
  #document;
  #strict = makeAjv({});
  // For what comes as text in a path or query.
  #lenient = makeAjv({ coerceTypes: true });
  #validators = new Map();

  constructor(document) {
    this.#document = document;
    this.version = document.info.version;
    this.paths = Object.entries(document.paths).map(([template, item]) => ({
      template,
      item,
      segments: template.split("/"),
    }));
  }

  static installed() {
    const require = createRequire(import.meta.url);
    const folder = new URL(".", `file://${require.resolve("@octokit/openapi/package.json")}`);
    const file = new URL("generated/api.github.com.json", folder);
    return new Description(JSON.parse(readFileSync(file, "utf8")));
  }

  resolve(node) {
    let found = node;
    while (found?.$ref) {
      found = found.$ref
        .slice(2)
        .split("/")
        .reduce((at, key) => at?.[key], this.#document);
      if (!found) throw new Error(`the description refers to ${node.$ref}, which it lacks`);
    }
    return found;
  }

  component(name) {
    return { $ref: COMPONENT + name };
  }

  /** The operation that a request is, with its parameters and what its path names; undefined where there is none. */
  operation(method, path) {
    const given = path.split("/");
    const fits = ({ item, segments }) =>
      item[method.toLowerCase()] &&
      segments.length === given.length &&
      segments.every((segment, at) => (isPlaceholder(segment) ? given[at] !== "" : segment === given[at]));
    // Where several fit, `issues/comments/{id}` is meant rather than `issues/{number}/{other}`.
    const placeholders = ({ segments }) => segments.filter(isPlaceholder).length;
    const found = this.paths.filter(fits).sort((a, b) => placeholders(a) - placeholders(b))[0];
    if (!found) return undefined;
    const operation = found.item[method.toLowerCase()];
    const parameters = [...(found.item.parameters ?? []), ...(operation.parameters ?? [])].map((parameter) =>
      this.resolve(parameter),
    );
    const named = found.segments.flatMap((segment, at) =>
      isPlaceholder(segment) ? [[segment.slice(1, -1), decodeURIComponent(given[at])]] : [],
    );
    return { id: operation.operationId, operation, parameters, named };
  }

  /** The description of this status: `404`, else `4XX`, else `default`. */
  response(operation, status) {
    const { responses } = operation;
    const found = responses[status] ?? responses[`${String(status)[0]}XX`] ?? responses.default;
    return found && this.resolve(found);
  }

  /** What is wrong with a value by this schema, a line each. */
  wrong(schema, value) {
    return this.#check(this.#strict, schema, value);
  }

  /** The same for a text from a path or a query. */
  wrongText(schema, text) {
    // Coercion replaces what stands in an object, not the value itself.
    const wrapped = { type: "object", properties: { value: schema }, required: ["value"] };
    return this.#check(this.#lenient, wrapped, { value: text }, schema);
  }

  #check(ajv, schema, value, key = schema) {
    if (!this.#validators.has(key)) this.#validators.set(key, ajv.compile(this.convert(schema, ajv)));
    const validate = this.#validators.get(key);
    if (validate(value)) return [];
    // That a condition failed says nothing beside what failed within it.
    const lines = validate.errors.filter(({ keyword }) => keyword !== "if").map((error) => {
      const more = error.params.allowedValues ?? error.params.additionalProperty ?? error.params.format;
      return `${error.instancePath || "/"} ${error.message}${more === undefined ? "" : ` (${more})`}`;
    });
    return [...new Set(lines)];
  }

  /** JSON Schema of a schema of OpenAPI 3.0. Components are taken up as they are met. */
  convert(schema, ajv) {
    const convert = (part) => this.convert(part, ajv);
    if (schema.$ref) {
      if (!schema.$ref.startsWith(COMPONENT)) throw new Error(`a schema refers to ${schema.$ref}`);
      const name = `component:${schema.$ref.slice(COMPONENT.length)}`;
      if (!ajv.taken.has(name)) {
        // Before the conversion, since components contain each other.
        ajv.taken.add(name);
        ajv.addSchema(convert(this.resolve(schema)), name);
      }
      return { $ref: name };
    }
    const made = {};
    const all = [];
    for (const [word, value] of Object.entries(schema)) {
      if (ASSERTIONS.has(word)) made[word] = value;
      else if (["allOf", "anyOf", "oneOf"].includes(word)) made[word] = value.map(convert);
      else if (["not", "items"].includes(word)) made[word] = convert(value);
      else if (word === "properties") {
        made[word] = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, convert(part)]));
      } else if (word === "additionalProperties") {
        made[word] = typeof value === "object" ? convert(value) : value;
      } else if (word === "discriminator") {
        // The field decides, rather than whichever alternative happens to fit.
        for (const [name, $ref] of Object.entries(value.mapping ?? {})) {
          const says = { properties: { [value.propertyName]: { const: name } }, required: [value.propertyName] };
          all.push({ if: says, then: convert({ $ref }) });
        }
      } else if (word !== "nullable" && !ANNOTATIONS.has(word) && !word.startsWith("x-")) {
        throw new Error(`the description uses ${word} in a schema, which nobody here checks`);
      }
    }
    if (all.length > 0) made.allOf = [...(made.allOf ?? []), ...all];
    // Everywhere, not only beside `type`: GitHub also writes it beside `oneOf`, `anyOf` and `allOf`.
    // A condition rather than one more alternative, so that errors are about the value that is there.
    return schema.nullable ? { if: { type: "null" }, else: made } : made;
  }

  /** Fields that no alternative of the schema knows, as `/path/to/field`. JSON Schema lets them pass. */
  undocumented(schema, value, at = "") {
    const leaves = this.#leaves(schema);
    return this.#undocumentedIn(leaves, value, at);
  }

  #undocumentedIn(leaves, value, at) {
    if (Array.isArray(value)) {
      const items = leaves.flatMap((leaf) => (leaf.items ? this.#leaves(leaf.items) : []));
      return value.flatMap((item, index) => this.#undocumentedIn(items, item, `${at}/${index}`));
    }
    if (value === null || typeof value !== "object") return [];
    const objects = leaves.filter((leaf) => leaf.properties || leaf.additionalProperties);
    // Nothing is said about its fields.
    if (objects.length === 0 || objects.some((leaf) => leaf.additionalProperties)) return [];
    return Object.entries(value).flatMap(([name, field]) => {
      const known = objects.flatMap((leaf) => (Object.hasOwn(leaf.properties ?? {}, name) ? [leaf.properties[name]] : []));
      if (known.length === 0) return [`${at}/${name}`];
      return this.#undocumentedIn(known.flatMap((part) => this.#leaves(part)), field, `${at}/${name}`);
    });
  }

  #leaves(schema) {
    const here = this.resolve(schema);
    const parts = [...(here.allOf ?? []), ...(here.anyOf ?? []), ...(here.oneOf ?? [])];
    return [here, ...parts.flatMap((part) => this.#leaves(part))];
  }
}

function isPlaceholder(segment) {
  return segment.startsWith("{") && segment.endsWith("}");
}

function makeAjv(options) {
  const ajv = new Ajv({
    allErrors: true,
    // Unknown words and unknown formats are errors; GitHub's habits (required fields without properties beside
    // them, no type beside enum) are not.
    strict: true,
    strictTypes: false,
    strictRequired: false,
    strictTuples: false,
    ...options,
  });
  addFormats(ajv);
  ajv.taken = new Set();
  return ajv;
}
