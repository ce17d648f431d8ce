import { Html, html } from './html';

const style = new Html(`
:root { color-scheme: light dark; --line: #d1d9e0; --soft: #f6f8fa; --link: #0969da; --muted: #59636e;
  --add: #dafbe1; --remove: #ffebe9; --good: #1a7f37; --bad: #d1242f; --note: #fff8c5; }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #151b23; --link: #4493f8;
  --muted: #9198a1; --add: #12361f; --remove: #3d1417; --good: #3fb950; --bad: #f85149; --note: #3a2f0b; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
.sandbox { background: var(--note); border-bottom: 1px solid var(--line); padding: .4rem 1rem; text-align: center; }
main { max-width: 64rem; margin: 0 auto; padding: 1rem; }
a { color: var(--link); } h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
nav { display: flex; gap: 1rem; border-bottom: 1px solid var(--line); padding-bottom: .5rem; flex-wrap: wrap; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; }
td, th { border-bottom: 1px solid var(--line); padding: .35rem .5rem; vertical-align: top; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow: auto;
  font: 13px/1.45 ui-monospace, monospace; margin: .5rem 0; }
pre span { display: block; min-height: 1.45em; } .add { background: var(--add); } .remove { background: var(--remove); }
.muted { color: var(--muted); } .good { color: var(--good); } .bad { color: var(--bad); }
code { font: 13px ui-monospace, monospace; }
textarea { width: 100%; font: 13px/1.45 ui-monospace, monospace; min-height: 24rem; }
input[type=text] { width: 100%; font: inherit; padding: .35rem; } label { display: block; margin: .75rem 0; }
button { font: inherit; font-weight: 600; color: #fff; background: #1f883d; border: 0; border-radius: 6px; padding: .45rem 1rem; cursor: pointer; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`);

export type PageOptions = {
  title: string;
  /** `owner/name`, for the navigation. */
  repository?: string;
  /** Loads the page again every two seconds, while something is in progress. */
  refresh?: boolean;
  body: Html;
};

/** The frame of every page. */
export function page({
  title,
  repository,
  refresh,
  body,
}: PageOptions): string {
  const owner = repository?.split('/')[0];
  const name = repository?.split('/')[1];
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refresh && html`<meta http-equiv="refresh" content="2" />`}
        <title>${title} · Sandbox</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <div class="sandbox">
          Sandbox: this is not GitHub. Nothing leaves this machine.
        </div>
        <main>
          ${repository &&
          html`<p>
              <a href="/${owner}">${owner}</a> /
              <a href="/${repository}"><strong>${name}</strong></a>
            </p>
            <nav aria-label="Repository">
              <a href="/${repository}">Code</a>
              <a href="/${repository}/commits">Commits</a>
              <a href="/${repository}/pulls">Pull requests</a>
              <a href="/${repository}/actions">Actions</a>
            </nav>`}
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.markup;
}

/** Text as lines, with what a diff adds and removes set off; the signs stay. */
export function diffBlock(text: string): Html {
  const kind = (line: string) => {
    if (/^\+(?!\+\+ )/.test(line)) {
      return 'add';
    }
    return /^-(?!-- )/.test(line) ? 'remove' : '';
  };
  const lines = text.replace(/\n$/, '').split('\n');
  return html`<pre>
${lines.map(line => html`<span class="${kind(line)}">${line}</span>`)}</pre
  >`;
}

export const dateText = (iso: string | null) =>
  iso ? iso.slice(0, 19).replace('T', ' ') : '';
