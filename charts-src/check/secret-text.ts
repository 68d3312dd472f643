/** Names whose values are secret. `TOKEN_URL`, `PASSWORD_FILE` and the like name something else about it. */
const SECRET_NAME =
  /(?:^|[_.-])(?:pass(?:word|wd|phrase)?|pwd|secret(?:[_.-]?key)?|(?:access|auth|api|bearer|refresh|session)?[_.-]?token|api[_.-]?key|access[_.-]?key|private[_.-]?key|signing[_.-]?key|encryption[_.-]?key|credentials?)$/i;

/** The same in names written together: `dbPassword`, `PGPASSWORD`. */
const JOINED_NAME = /(?:password|passwd|secretKey|apiKey|accessKey|privateKey)$|^PGPASSWORD$|PASSWORD$/;

/** Texts that are secret whatever they are called. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/, 'a private key'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'an access key of AWS'],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b/, 'a token of GitHub'],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/, 'a token of Slack'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@$<{]+:[^\s:/@$<{*]{2,}@[^\s/]/i, 'a password in a URL'],
];

/** What secret a value holds, by its name and its text; undefined for none. */
export function secretIn(name: string, value: string): string | undefined {
  const text = value.trim();
  for (const [pattern, what] of SECRET_TEXTS) if (pattern.test(text)) return what;
  if (!SECRET_NAME.test(name) && !JOINED_NAME.test(name)) return undefined;
  return isPlaceholder(text) ? undefined : `a secret in plain text`;
}

/** Values that stand for something else: empty, switches, references, paths, names of keys. */
const isPlaceholder = (text: string): boolean =>
  text === '' ||
  text.length < 3 ||
  /^(?:true|false|none|null|yes|no|enabled|disabled|required|optional)$/i.test(text) ||
  /^\$[({]|^\{\{|^<.*>$|^\*+$|^x{3,}$/i.test(text) ||
  /^(?:\/|\.{1,2}\/|file:|vault:|secret:|arn:|projects\/|ref\+|https?:\/\/)/i.test(text) ||
  /^ENC\[|^AgB[A-Za-z0-9+/]{20}/.test(text);
