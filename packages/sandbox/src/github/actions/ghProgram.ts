/**
 * The few commands of GitHub's `gh` that the templates' workflows use, for a runner that has
 * no `gh`. It is a program of its own, run by Node; what it does not know, it says and fails.
 */
export const ghProgram = String.raw`
import { parseArgs } from 'node:util';

const { GH_TOKEN, GITHUB_TOKEN, GH_REPO, GITHUB_REPOSITORY, GITHUB_API_URL } =
  process.env;
const repository = 'repos/' + (GH_REPO || GITHUB_REPOSITORY);

function fail(message) {
  console.error('gh: ' + message);
  process.exit(1);
}

async function call(method, path, body) {
  const response = await fetch(GITHUB_API_URL + '/' + path, {
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
  ['base', 'head', 'jq', 'title', 'body'].map(name => [
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

if (positionals[0] === 'api' && positionals.length === 2) {
  const answer = await call('GET', positionals[1]);
  if (!values.jq) {
    console.log(JSON.stringify(answer));
  } else if (values.jq === '.[].number') {
    answer.forEach(({ number }) => console.log(number));
  } else {
    fail('the sandbox supports --jq .[].number only');
  }
} else if (command === 'pr create') {
  const { title, body } = values;
  const pull = await call('POST', repository + '/pulls', { base, head, title, body });
  console.log(pull.html_url);
} else if (command.startsWith('pr close ') && positionals.length === 3) {
  const number = positionals[2];
  await call('PATCH', repository + '/pulls/' + number, { state: 'closed' });
} else {
  fail('the sandbox does not support: gh ' + command);
}
`;
