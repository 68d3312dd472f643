/** People in the shop, in great numbers: `npm run load`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { arrivals, chanceOf, oneOf } from './chance.ts';
import { journey, register, WrongAnswer, type User } from './journey.ts';
import { report, reportText, type LoadRecord } from './record.ts';
import { shopClient } from './shop-client.ts';

const USAGE = `Sends people into the shop, checks every answer, and says how it was.

  npm run load -- [URL] [--users N] [--rate N] [--seconds N] [--p99 MS] [--failed PERCENT] [--seed N] [-o json]

  URL               the gateway or the monolith (default: http://127.0.0.1:8080)
  --users N         who there is; they register first (default: 10)
  --rate N          journeys that begin in a second, however long others take (default: 5)
  --seconds N       for how long journeys begin (default: 30)
  --p99 MS          99 of 100 requests take no longer (default: 1000)
  --failed PERCENT  how many journeys may fail (default: 0)
  --seed N          the same seed makes the same choices (default: 1)
  -o json           the report as JSON

A journey: look at the products and at one, order it, wait until it is paid, look at the payment and at the list of orders;
a third is cancelled. No request is ever sent twice. Exit code 1: a limit is missed.`;

/** More people than this at once, and the shop is not slow but stuck. */
const MOST_AT_ONCE = 2_000;
/** Registrations at once: each costs a password hash. */
const REGISTRATIONS = 4;

interface Load {
  readonly url: string;
  readonly users: number;
  readonly rate: number;
  readonly seconds: number;
  readonly p99: number;
  readonly failed: number;
  readonly seed: number;
  readonly isJson: boolean;
}

function readLoad(words: readonly string[]): Load | 'help' {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      users: text('10'),
      rate: text('5'),
      seconds: text('30'),
      p99: text('1000'),
      failed: text('0'),
      seed: text('1'),
      output: { ...text('text'), short: 'o' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const [url = 'http://127.0.0.1:8080', ...more] = positionals;
  if (more.length > 0) throw new Error(`one URL, not "${positionals.join(' ')}"`);
  if (!URL.canParse(url)) throw new Error(`"${url}" is no URL`);
  if (!['text', 'json'].includes(values.output)) throw new Error(`-o is text or json, not "${values.output}"`);
  const number = (name: 'users' | 'rate' | 'seconds' | 'p99' | 'failed' | 'seed', least: number): number => {
    const value = Number(values[name]);
    if (values[name].trim() === '' || !(value >= least))
      throw new Error(`--${name} is a number from ${least} on, not "${values[name]}"`);
    return value;
  };
  return {
    url,
    users: Math.ceil(number('users', 1)),
    rate: number('rate', 0.01),
    seconds: number('seconds', 0.1),
    p99: number('p99', 0),
    failed: number('failed', 0),
    seed: number('seed', 0),
    isJson: values.output === 'json',
  };
}

async function registerAll(count: number, registerOne: () => Promise<User>): Promise<readonly [User, ...User[]]> {
  const users: User[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: Math.min(REGISTRATIONS, count) }, async () => {
      while (left > 0) {
        left -= 1;
        users.push(await registerOne());
      }
    }),
  );
  const [first, ...others] = users;
  if (first === undefined) throw new Error('nobody was registered');
  return [first, ...others];
}

async function run({ url, users, rate, seconds, p99, failed, seed, isJson }: Load, stop: AbortSignal): Promise<number> {
  const record: LoadRecord = { seen: [], ended: [] };
  const chance = chanceOf(seed);
  const shop = shopClient(url, (seen) => record.seen.push(seen));
  process.stderr.write(`${users} users register at ${url}\n`);
  const known = await registerAll(users, () => register(shop));

  process.stderr.write(`${rate} journeys a second begin, for ${seconds} s\n`);
  const underWay = new Set<Promise<void>>();
  const registered = record.seen.length;
  const start = performance.now();
  for (const at of arrivals(chance, { perSecond: rate, seconds })) {
    await sleep(Math.max(0, start + at - performance.now()), undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) break;
    const [user, choices] = [oneOf(chance, known), chanceOf(Math.floor(chance() * 2 ** 32))];
    if (underWay.size >= MOST_AT_ONCE) {
      record.ended.push({ as: 'failed', why: `${MOST_AT_ONCE} journeys were under way already` });
      continue;
    }
    const one: Promise<void> = journey(shop, user, choices).then((ended) => {
      record.ended.push(ended);
      underWay.delete(one);
    });
    underWay.add(one);
  }
  await Promise.all(underWay);

  const duration = { seconds: (performance.now() - start) / 1_000, requests: record.seen.length - registered };
  const result = report(record, duration, { failedShare: failed / 100, p99Ms: p99 });
  process.stdout.write(isJson ? `${JSON.stringify(result, undefined, 2)}\n` : reportText(result));
  return stop.aborted ? 130 : result.missed.length > 0 ? 1 : 0;
}

/** 1: the shop does not do its part; 3: it is not there; 4: our own fault. */
const exitCodeOf = (error: unknown): number =>
  error instanceof WrongAnswer ? 1 : error instanceof TypeError && error.message === 'fetch failed' ? 3 : 4;

const fail = (error: unknown, code: number): void => {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  process.stderr.write(`load: ${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = code;
};

let load: Load | 'help' | undefined;
try {
  load = readLoad(process.argv.slice(2));
} catch (error) {
  fail(error, 2);
}
if (load === 'help') process.stdout.write(`${USAGE}\n`);
else if (load !== undefined) {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    process.exitCode = await run(load, stop.signal);
  } catch (error) {
    fail(error, exitCodeOf(error));
  }
}
