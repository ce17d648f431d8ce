/** Stands where something was that may be secret. @public */
export const HIDDEN = '(hidden)';

const WORDS =
  'passw(?:or)?d|passphrase|token|secret|api[_-]?key|private[_-]?key|access[_-]?key|credentials?';

/** Names of members and options whose values are secrets by the look of it. */
export const secretName = new RegExp(`^[\\w.-]{0,64}(?:${WORDS})$`, 'i');

// Texts may be made to be slow to search, so nothing is repeated without a bound where it may begin anywhere
const RULES: [RegExp, string][] = [
  // Whoever knows the path of a Receiver can have it act
  [/\/hook\/[0-9a-f]{8,}/gi, `/hook/${HIDDEN}`],
  [/(https?:\/\/)[^\s/?#'"]+@/gi, '$1'],
  [/([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/@:'"]+):[^\s/@'"]*@/gi, '$1@'],
  [
    /([?&][\w.-]{0,64}(?:sig|signature|token|secret|key|credential|password)=)[^&\s#'"]+/gi,
    `$1${HIDDEN}`,
  ],
  [
    new RegExp(
      `((?:^|[^\\w?&])[\\w.-]{0,64}(?:${WORDS})[\\w-]{0,64}=)[^\\s&'"]+`,
      'gi',
    ),
    `$1${HIDDEN}`,
  ],
  [/\b(Bearer|Basic)\s+(?=\S*[\d=])[\w+/.=~-]{8,}/g, `$1 ${HIDDEN}`],
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, HIDDEN],
  [
    /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,})/g,
    HIDDEN,
  ],
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    HIDDEN,
  ],
];

/**
 * A text without what works as a password in it: credentials in URLs, tokens, private keys, values of
 * options that are named like secrets, paths of Receivers.
 *
 * @public
 */
export function redactText(text: string): string {
  return RULES.reduce((result, [rule, by]) => result.replace(rule, by), text);
}
