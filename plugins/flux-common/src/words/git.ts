import type { Projection } from '../projection/types';
import { isIP } from './host';
import type { Rule } from './types';

const access =
  'Check the Secret that the object names, and that its key is allowed to read the repository.';

function server(text: string, p: Projection): string {
  const one = p.ref.kind === 'ImageRepository' ? 'The registry' : 'The server';
  const host =
    /(?:[a-z+]+:\/\/|dial tcp (?:lookup )?)(?:[^\s@/'"]*@)?([\w.-]+(?::\d+)?)/i.exec(
      text,
    )?.[1];
  return host && !isIP(host) ? `${one} ${host}` : one;
}

const lower = (text: string) => text[0].toLowerCase() + text.slice(1);

/** Git servers, registries and the network between. */
export const remoteRules: Rule[] = [
  {
    test: /couldn't find remote ref "?(?:refs\/(heads|tags)\/)?([^\s"']+)"?/,
    words: m => {
      const what = m[1] === 'tags' ? 'tag' : 'branch';
      return {
        short: `${what} ${m[2]} does not exist`,
        detail: `the ${what} ${m[2]} does not exist in the repository`,
        sentence: `The ${what} ${m[2]} does not exist in the repository.`,
        remedy: `Push the ${what} ${m[2]}, or correct spec.ref of the source.`,
      };
    },
  },
  {
    test: /repository not found/i,
    words: () => ({
      short: 'the repository does not exist',
      sentence:
        'The Git repository does not exist, or the credentials may not see it.',
      remedy: 'Check the address, and that the credentials may read it.',
    }),
  },
  {
    test: /failed to push.*(?:authori[sz]ation failed|permission|denied|read.?only|forbidden|403)/is,
    words: () => ({
      short: 'the push was refused',
      sentence:
        'The Git server refused the push: the credentials may not write to the repository.',
      remedy:
        'Give the deploy key write access, or let Flux push to a branch that it may write.',
      verb: 'can’t push',
    }),
  },
  {
    test: /failed to push.*(?:protected|non-fast-forward|rejected|hook declined)/is,
    words: () => ({
      short: 'the push was refused',
      sentence:
        'The Git server refused the push: the branch is protected or has moved.',
      remedy:
        'Allow Flux’s key to push to the branch, or let Flux push to a branch of its own and open a pull request.',
      verb: 'can’t push',
    }),
  },
  {
    test: /knownhosts|host key|key mismatch/i,
    words: () => ({
      short: 'the server’s host key is not known',
      sentence: 'The Git server’s host key is not the one in known_hosts.',
      remedy: 'Update known_hosts in the Secret that the source names.',
    }),
  },
  {
    test: /x509|certificate/i,
    words: (m, p) => ({
      short: 'the server’s certificate is not trusted',
      sentence: `${server(
        m.input,
        p,
      )} shows a certificate that is not trusted.`,
      remedy: 'Add the server’s CA to the Secret that the object names.',
    }),
  },
  {
    test: /connection refused|no such host|network is unreachable|connection reset|no route to host|unexpected EOF|server misbehaving|\b50[234]\b/i,
    words: (m, p) => ({
      short: `${lower(server('', p))} cannot be reached`,
      sentence: `${server(m.input, p)} cannot be reached.`,
      remedy:
        'Flux tries again by itself; if it lasts, check the address and the network.',
    }),
  },
  {
    test: /TOOMANYREQUESTS|too many requests|rate limit|\b429\b/i,
    words: (m, p) => ({
      short: `${lower(server('', p))} limits requests`,
      sentence: `${server(m.input, p)} limits how often it may be asked.`,
      remedy: 'Flux tries again by itself; a longer interval asks less often.',
    }),
  },
  {
    test: /authentication required|authori[sz]ation failed|unable to authenticate|handshake failed|invalid credentials|UNAUTHORIZED|unauthorized|DENIED|access denied|permission denied|\b40[13]\b/,
    words: (_, p) =>
      p.ref.kind === 'ImageRepository'
        ? {
            short: 'the registry refuses access',
            sentence:
              'The registry refuses access: the image does not exist yet, or the credentials may not read it.',
            remedy:
              'Publish the image, or give the object a Secret that may read it.',
          }
        : {
            short: 'the server refuses access',
            sentence: 'The server refuses access with these credentials.',
            remedy: access,
          },
  },
  {
    test: /context deadline exceeded|i\/o timeout|timed? ?out|Client\.Timeout/i,
    words: (m, p) => ({
      short: 'it took too long',
      sentence: /waiting for the condition|Helm|rate limiter/i.test(m.input)
        ? 'It did not finish in time.'
        : `${server(m.input, p)} did not answer in time.`,
      remedy: 'Flux tries again by itself; if it lasts, raise spec.timeout.',
    }),
  },
];
