/**
 * The few commands of GitHub's `gh` that the templates' workflows use, for a runner that has
 * no `gh`. It is a program of its own, run by Node; what it does not know, it says and fails.
 */
export const ghProgram = String.raw`
import { parseArgs } from 'node:util';

const { GH_TOKEN, GITHUB_TOKEN, GH_REPO, GITHUB_REPOSITORY, GITHUB_API_URL } =
  process.env;
const api = GITHUB_API_URL + '/repos/' + (GH_REPO || GITHUB_REPOSITORY);

function fail(message) {
  console.error('gh: ' + message);
  process.exit(1);
}

async function call(method, path, body) {
  const response = await fetch(api + path, {
    method,
    body: body && JSON.stringify(body),
    headers: {
      authorization: 'Bearer ' + (GH_TOKEN || GITHUB_TOKEN),
      'content-type': 'application/json',
    },
  });
  const answer = await response.json();
  if (!response.ok) {
    const errors = (answer.errors || []).map(e => e.message || e.field);
    fail([answer.message, ...errors].join(': '));
  }
  return answer;
}

const options = Object.fromEntries(
  ['base', 'head', 'state', 'json', 'jq', 'title', 'body'].map(name => [
    name,
    { type: 'string' },
  ]),
);
let parsed;
try {
  parsed = parseArgs({ options, allowPositionals: true });
} catch (error) {
  fail('the sandbox does not support this: ' + error.message);
}
const { values, positionals } = parsed;
const { base, head } = values;
const command = positionals.join(' ');

if (command === 'pr list') {
  const query = new URLSearchParams({ state: values.state || 'open', per_page: '100' });
  if (base) query.set('base', base);
  if (head) query.set('head', api.split('/').at(-2) + ':' + head);
  const pulls = await call('GET', '/pulls?' + query);
  if (!values.json) {
    pulls.forEach(p => console.log([p.number, p.title, p.head.ref].join('\t')));
  } else if (values.jq === 'length') {
    console.log(pulls.length);
  } else if (values.jq) {
    fail('the sandbox supports --jq length only');
  } else {
    const fields = values.json.split(',');
    const known = { number: p => p.number, title: p => p.title, url: p => p.html_url };
    const missing = fields.find(f => !known[f]);
    if (missing) fail('the sandbox does not know the field ' + missing);
    const pick = p => Object.fromEntries(fields.map(f => [f, known[f](p)]));
    console.log(JSON.stringify(pulls.map(pick)));
  }
} else if (command === 'pr create') {
  const { title, body } = values;
  const pull = await call('POST', '/pulls', { base, head, title, body });
  console.log(pull.html_url);
} else {
  fail('the sandbox does not support: gh ' + command);
}
`;
