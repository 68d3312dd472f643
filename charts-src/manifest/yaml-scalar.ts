/** What a scalar of YAML stands for. */
export type Scalar = boolean | number | string | null;

const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);
const LONGEST_WORD = Math.max(...[...WORDS.keys()].map(({ length }) => length));

/**
 * What a text without quotes stands for, as kubectl reads it: `yes` and `on` are booleans, 0777 is octal, 1_000 and
 * 0x1F are numbers, a date and 12:30 stay texts.
 */
export function plainValue(text: string): Scalar {
  const word = text.length > LONGEST_WORD ? undefined : WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charAt(0);
  if (!NUMBER_STARTS.includes(first)) return text;
  if (first === '.') return FRACTION.test(text) ? finite(text.replaceAll('_', ''), text) : text;
  const plain = text.replaceAll('_', '');
  return integer(plain) ?? (FLOAT.test(plain) ? finite(plain, text) : text);
}

/** What any number begins with. */
const NUMBER_STARTS = '0123456789-+.';
/** Digits with single underscores between them, as Go's ParseFloat takes them. */
const FRACTION = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

const finite = (digits: string, text: string): number | string => {
  const value = Number(digits);
  return Number.isFinite(value) ? value || 0 : text; // there is no -0 in JSON
};

/** As Go's ParseInt with base 0 in 64 bits: 0x, 0o, 0b or a leading 0 choose the base. */
function integer(text: string): number | undefined {
  const [, sign, prefix = '', digits = ''] = INTEGER.exec(text) ?? [];
  if (digits === '') return BINARY.test(text) ? Number.parseInt(text.slice(2), 2) || 0 : undefined;
  const [base, allowed] = BASES.get(prefix.toLowerCase()) ?? DECIMAL;
  if (!allowed.test(digits)) return undefined;
  const value = Number.parseInt(digits, base);
  if (sign === '-') return value > 2 ** 63 ? undefined : -value || 0;
  return value >= 2 ** 64 ? undefined : value;
}

const INTEGER = /^([-+]?)(0[xX]|0[oO]|0[bB]|0(?=.))?([\da-fA-F]+)$/;
/** With a second sign, which the reader of kubectl lets through. */
const BINARY = /^0b[-+][01]+$/;
const DECIMAL = [10, /^\d+$/] as const;
const OCTAL = [8, /^[0-7]+$/] as const;
const BASES: ReadonlyMap<string, readonly [number, RegExp]> = new Map<string, readonly [number, RegExp]>([
  ['0x', [16, /^/]],
  ['0o', OCTAL],
  ['0', OCTAL],
  ['0b', [2, /^[01]+$/]],
]);

const CORE = 'tag:yaml.org,2002:';

/**
 * What a text with a tag stands for; undefined when it is nothing of the kind. Tags that are not known change nothing,
 * and every tag makes its text one that is not in quotes.
 */
export function taggedValue(tag: string, text: string): Scalar | undefined {
  if (!tag.startsWith(CORE)) return text;
  const value = plainValue(text);
  switch (tag.slice(CORE.length)) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'null':
      return value === null ? value : undefined;
    case 'int':
      return typeof value === 'number' && isWrittenAsInteger(text) ? value : undefined;
    case 'float':
      return typeof value === 'number' ? value : undefined;
    case 'timestamp':
      return TIMESTAMP.test(text) ? text : undefined;
    case 'binary':
      return decoded(text);
    default:
      return text;
  }
}

const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/;

const isWrittenAsInteger = (text: string): boolean => integer(text.replaceAll('_', '')) !== undefined;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The text that base64 holds; undefined when it is no base64. Bytes that are no UTF-8 are lost, as in kubectl. */
function decoded(base64: string): string | undefined {
  const digits = base64.replaceAll(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(digits)) return undefined;
  const bits = [...digits.replaceAll('=', '')].map((digit) => BASE64.indexOf(digit).toString(2).padStart(6, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  const escaped = bytes.map((byte) => `%${Number.parseInt(byte, 2).toString(16).padStart(2, '0')}`);
  let text = '';
  for (let at = 0, length = 0; at < bytes.length; at += length) {
    const [letter, width] = letterAt(escaped, at);
    text += letter;
    length = width;
  }
  return text;
}

/** A letter of UTF-8, and how many bytes it takes. */
function letterAt(escaped: readonly string[], at: number): readonly [string, number] {
  const first = escaped[at] ?? '';
  const width = first < '%80' ? 1 : first < '%e0' ? 2 : first < '%f0' ? 3 : 4;
  try {
    return [decodeURIComponent(escaped.slice(at, at + width).join('')), width];
  } catch {
    return ['\ufffd', 1];
  }
}

/** The name of a field whose key is a scalar; undefined when it can be none. */
export function keyText(key: Scalar, text: string): string | undefined {
  if (key === null) return undefined;
  if (typeof key !== 'number') return String(key);
  if (Number.isNaN(key)) return '.nan';
  if (!Number.isFinite(key)) return key > 0 ? '.inf' : '-.inf';
  if (!isWrittenAsInteger(text)) return key === 0 && text.startsWith('-') ? '-0' : floatText(key);
  // 64 bits hold more digits than a number of JavaScript.
  return Number.isSafeInteger(key)
    ? String(key)
    : /^[-+]?[1-9]\d*$/.test(text)
      ? String(BigInt(text))
      : String(BigInt(key));
}

/** The shortest text of a number in 32 bits, as Go's FormatFloat with 'g' writes it. */
function floatText(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  for (let digits = 1; digits <= 9; digits++) {
    const [mantissa = '', exponent = ''] = value === 0 ? ['0', '0'] : single.toExponential(digits - 1).split('e');
    const text = `${mantissa}e${exponent}`;
    if (Math.fround(Number(text)) !== single) continue;
    const power = Number(exponent);
    if (power < -4 || power >= 6)
      return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
    return String(Number(text));
  }
  return String(single);
}
