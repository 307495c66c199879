// That wrong exchanges are called wrong and right ones aren't: a judge that lets everything pass looks just like
// one that finds nothing.

import { Judge } from "./judge.mjs";

const ISSUES = "/repos/octo-org/service/issues";
const JSON_TYPE = [["content-type", "application/json; charset=utf-8"]];

function request(method, path, body = null, query = []) {
  return { method, path, query, headers: [["user-agent", "pm-sync/0"], ...JSON_TYPE], body };
}

function answered(status, body, headers = JSON_TYPE) {
  return { status, headers, body };
}

/** Each: what it is, the exchange, and what must be said of it (nothing: it is right). */
function cases(issue) {
  const get = request("GET", `${ISSUES}/1`);
  const create = (body) => ({ request: request("POST", ISSUES, body), answer: answered(201, issue) });
  const shown = (change) => ({ request: get, answer: answered(200, { ...issue, ...change }) });
  const listed = (...query) => ({ request: request("GET", ISSUES, null, query), answer: answered(200, [issue]) });
  const { title: _, ...untitled } = issue;
  return [
    ["GitHub's own example", shown({}), null],
    ["a list", listed(["per_page", "100"], ["state", "all"]), null],
    ["a create", create({ title: "t", labels: ["a", { name: "b" }], assignees: [] }), null],
    ["null where nullable stands beside a type", create({ title: "t", assignee: null }), null],
    ["null where nullable stands without a type", create({ title: "t", milestone: null }), null],
    ["null in a nullable reference", shown({ assignee: null, milestone: null }), null],
    ["an answer that was lost", { request: get, answer: null }, null],
    ["no content", { request: request("GET", "/repos/o/r/assignees/a"), answer: answered(204, null, []) }, null],

    ["an unknown operation", { request: request("GET", "/repos/o/r/isues"), answer: null }, /no such operation/],
    ["an unknown method", { request: request("PUT", ISSUES), answer: null }, /no such operation/],
    ["an unknown parameter", listed(["stat", "all"]), /parameter stat is not documented/],
    ["a parameter outside its list", listed(["state", "neither"]), /state=neither: .*must be equal to one of/],
    ["a parameter of the wrong type", listed(["per_page", "many"]), /per_page=many: .*must be integer/],
    ["a parameter given twice", listed(["page", "1"], ["page", "2"]), /page is given twice/],
    ["a path of the wrong type", { request: request("GET", `${ISSUES}/one`), answer: null }, /one: .*must be integer/],
    ["a missing field", create({ body: "b" }), /must have required property 'title'/],
    ["a field of the wrong type", create({ title: "t", assignees: "alice" }), /\/assignees must be array/],
    ["a field nobody knows", create({ title: "t", asignees: [] }), /\/asignees is not documented/],
    ["null where it may not be", create({ title: "t", labels: null }), /\/labels must be array/],
    ["a missing body", create(null), /body is missing/],
    ["a body where none belongs", { request: request("GET", ISSUES, {}), answer: null }, /a body .* not documented/],

    ["an unknown status", { request: get, answer: answered(418, {}) }, /status is neither documented/],
    ["an answer without a required field", { request: get, answer: answered(200, untitled) }, /property 'title'/],
    ["an answer's field of the wrong type", shown({ number: "1" }), /\/number must be integer/],
    ["null where an answer may not have it", shown({ title: null }), /\/title must be string/],
    ["an alternative that is none", shown({ labels: [7] }), /\/labels\/0 must/],
    ["an answer's word outside its list", shown({ state_reason: "whim" }), /\/state_reason must be equal to one of/],
    ["no date", shown({ created_at: "yesterday" }), /\/created_at must match format "date-time"/],
    ["no address", shown({ html_url: "not an address" }), /\/html_url must match format "uri"/],
    ["a field that GitHub has not", shown({ colour: "red" }), /\/colour is not documented/],
    ["a field deep down that GitHub has not", shown({ user: { ...issue.user, colour: 1 } }), /\/user\/colour is not/],
    ["another type of content", { request: get, answer: answered(200, "<p>", [["content-type", "text/html"]]) },
      /content of text\/html/],
    ["no body where one belongs", { request: get, answer: answered(200, null, []) }, /content of undefined/],
    ["a body beside 204", { request: request("GET", "/repos/o/r/assignees/a"), answer: answered(204, {}) },
      /there is a body/],
    ["the wrong kind of user", { request: request("GET", "/user"),
      answer: answered(200, { ...issue.user, user_view_type: "private" }) }, /must have required property/],
  ];
}

/** The names of the cases that were judged wrongly, with what was said. */
export function selftest(description) {
  const issue = description.resolve({ $ref: "#/components/examples/issue" }).value;
  const all = cases(issue);
  const failed = all.flatMap(([name, exchange, expected]) => {
    const judge = new Judge(description, { paths: [], parameters: [], statuses: [], fields: [] });
    judge.exchange(exchange, "selftest");
    const said = judge.violations.map(({ line }) => line);
    const right = expected ? said.some((line) => expected.test(line)) : said.length === 0;
    return right ? [] : [`${name}: ${said.join("; ") || "nothing was said"}`];
  });
  return { cases: all.length, failed };
}
