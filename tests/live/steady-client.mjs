// Runs in the network of a pod: sends requests at a constant rate, whatever becomes of the ones before, none of them
// twice, until stdin ends. Then it prints what came back: {"answers": [[sentMs, tookMs, status or error, version]]}.
// argv: URL, requests a second, header as name=value …
import { lookup } from 'node:dns/promises';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';

const [url, rate, ...headerWords] = process.argv.slice(2);
const { hostname, port, pathname, search } = new URL(url);
const headers = Object.fromEntries(
  headerWords.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
);
// One look-up: the search domains of a pod make every other one four questions.
const { address } = await lookup(hostname, { family: 4 });
const agent = new Agent({ keepAlive: true });
const answers = [];
let underWay = 0;
let isOver = false;
const now = () => performance.timeOrigin + performance.now();

const send = () => {
  const sent = now();
  underWay += 1;
  let isAnswered = false;
  const answered = (status, version) => {
    if (isAnswered) return;
    isAnswered = true;
    underWay -= 1;
    answers.push([Math.round(sent * 10) / 10, Math.round(now() - sent), status, version]);
    finish();
  };
  const options = {
    host: address,
    port: port || 80,
    path: `${pathname}${search}`,
    headers: { host: hostname, ...headers },
    agent,
  };
  const one = request(options, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => (text += chunk));
    response.on('end', () => {
      let version = null;
      try {
        version = JSON.parse(text).version ?? null;
      } catch {
        // A proxy answered.
      }
      answered(response.statusCode, version);
    });
    response.on('error', (error) => answered(error.code ?? error.message, null));
  });
  one.setTimeout(20_000, () => one.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
  one.on('error', (error) => answered(error.code ?? error.message, null));
  one.end();
};

const begun = performance.now();
let due = 0;
const timer = setInterval(() => {
  const wanted = Math.floor(((performance.now() - begun) * Number(rate)) / 1000);
  for (; due < wanted; due++) send();
}, 4);

const finish = () => {
  if (!isOver || underWay > 0) return;
  process.stdout.write(JSON.stringify({ answers }), () => process.exit(0));
};
process.stdin.resume();
process.stdin.once('end', () => {
  isOver = true;
  clearInterval(timer);
  finish();
});
process.stderr.write('begun\n');
