// What is wrong with an exchange: one request as it was sent, and its answer as it was given.

/** The words by which our own client names itself; other requests are a test's, and wrong ones on purpose. */
const CLIENT = "pm-sync/";

export class Judge {
  #description;
  #allowed;
  /** For each exception the operations that needed it. */
  #used = new Map();
  /** By operation: how many requests, answers by status, violations. */
  operations = new Map();
  violations = [];

  constructor(description, allowed) {
    this.#description = description;
    this.#allowed = allowed;
  }

  exchange({ request, answer }, place) {
    const method = request.method;
    const operation = this.#description.operation(method, this.#path(request.path));
    const name = operation?.id ?? `${method} ${request.path}`;
    const count = this.#count(name);
    const complain = (what, lines) => {
      for (const line of lines) {
        count.violations += 1;
        this.violations.push({ place, name, what: `${method} ${request.path}: ${what}`, line });
      }
    };
    if (!operation) return complain("request", ["GitHub's description has no such operation"]);
    if (header(request, "user-agent")?.startsWith(CLIENT)) {
      count.requests += 1;
      complain("request", this.#request(operation, request));
    } else {
      count.others += 1;
    }
    if (!answer) return undefined;
    count.statuses.set(answer.status, (count.statuses.get(answer.status) ?? 0) + 1);
    return complain(`answer ${answer.status}`, this.#answer(operation, answer));
  }

  /** Exceptions that nothing needed: what they excuse is gone, or GitHub documents it by now. */
  idle() {
    const { paths, parameters, statuses, fields } = this.#allowed;
    const unused = (entry) => {
      const used = this.#used.get(entry) ?? new Set();
      if (!entry.operations || entry.operations.includes("*")) return used.size === 0;
      return entry.operations.some((id) => !used.has(id));
    };
    return [...paths, ...parameters, ...statuses, ...fields].filter(unused).map((entry) => JSON.stringify(entry));
  }

  #count(name) {
    if (!this.operations.has(name)) {
      this.operations.set(name, { requests: 0, others: 0, statuses: new Map(), violations: 0 });
    }
    return this.operations.get(name);
  }

  #path(path) {
    return this.#allowed.paths.reduce((path, entry) => {
      const pattern = new RegExp(entry.pattern);
      if (!pattern.test(path)) return path;
      this.#use(entry, path);
      return path.replace(pattern, entry.as);
    }, path);
  }

  #request({ id, operation, parameters, named }, request) {
    const wrong = [];
    for (const [place, values] of [["path", named], ["query", request.query]]) {
      const known = new Map(
        parameters.filter((parameter) => parameter.in === place).map((parameter) => [parameter.name, parameter]),
      );
      for (const [name, value] of values) {
        const parameter = known.get(name);
        if (parameter) {
          const lines = this.#description.wrongText(parameter.schema, value);
          wrong.push(...lines.map((line) => `${place} parameter ${name}=${value}: ${line}`));
        } else if (!this.#exception(this.#allowed.parameters, id, (entry) => entry.name === name)) {
          wrong.push(`${place} parameter ${name} is not documented`);
        }
      }
      const names = values.map(([name]) => name);
      wrong.push(...names.filter((name, at) => names.indexOf(name) < at).map((name) => `${name} is given twice`));
      for (const parameter of known.values()) {
        if (parameter.required && !names.includes(parameter.name)) wrong.push(`${parameter.name} is missing`);
      }
    }
    const described = operation.requestBody && this.#description.resolve(operation.requestBody);
    if (request.body === null) {
      if (described?.required) wrong.push("the body is missing");
      return wrong;
    }
    const schema = described && contentFor(described.content, header(request, "content-type"));
    if (!schema) return [...wrong, `a body of ${header(request, "content-type")} is not documented`];
    wrong.push(...this.#description.wrong(schema, request.body).map((line) => `body: ${line}`));
    const unknown = this.#description.undocumented(schema, request.body);
    return [...wrong, ...unknown.map((field) => `body: ${field} is not documented`)];
  }

  #answer({ id, operation }, answer) {
    const described = this.#description.response(operation, answer.status);
    const type = mediaType(header(answer, "content-type"));
    if (described && !described.content) {
      return answer.body === null ? [] : ["there is a body, and none is documented"];
    }
    let schema = described && contentFor(described.content, type);
    if (!schema) {
      // Where the status is documented, only its other content can be an exception.
      const fits = ({ status, content }) =>
        status === answer.status && (content ? content === type : !described);
      const entry = this.#exception(this.#allowed.statuses, id, fits);
      if (!entry && described) return [`content of ${type} is not documented`];
      if (!entry) return ["the status is neither documented nor among the exceptions"];
      if (entry.body === "any") return [];
      if (entry.body === "none") return answer.body === null ? [] : ["there is a body"];
      schema = this.#description.component(entry.body);
    }
    const wrong = this.#description.wrong(schema, answer.body).map((line) => `body: ${line}`);
    const excused = (path) =>
      this.#exception(this.#allowed.fields, id, ({ status, field }) => status === answer.status && field === path);
    // The same field of a hundred listed issues is one mistake.
    const unknown = this.#description.undocumented(schema, answer.body).map((path) => path.replace(/\/\d+(?=\/)/g, "/*"));
    const fields = [...new Set(unknown)].filter((path) => !excused(path));
    return [...wrong, ...fields.map((path) => `body: ${path} is not documented`)];
  }

  #exception(entries, id, fits) {
    const entry = entries.find(
      (entry) => fits(entry) && (entry.operations.includes("*") || entry.operations.includes(id)),
    );
    if (entry) this.#use(entry, id);
    return entry;
  }

  #use(entry, id) {
    if (!this.#used.has(entry)) this.#used.set(entry, new Set());
    this.#used.get(entry).add(id);
  }
}

function header({ headers }, name) {
  return headers.find(([known]) => known === name)?.[1];
}

/** A content type without its parameters. */
function mediaType(type) {
  return type?.split(";")[0].trim().toLowerCase();
}

function contentFor(content, type) {
  return content[mediaType(type)]?.schema;
}
