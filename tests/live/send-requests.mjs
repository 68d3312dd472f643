// Runs in the network of a pod: sends the requests on stdin, and prints an answer for each, in the same order.
// {"requests": [{method, host, port, path, headers, tls, connectTo, timeoutMs}], "concurrency": 8, "perSecond": 100}
import { lookup } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const read = async () => {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
};

const addresses = new Map();
/** One look-up a name: the search domains of a pod make every other one four questions. */
const addressOf = (name) => {
  if (!addresses.has(name)) {
    addresses.set(
      name,
      new Promise((resolve, reject) =>
        lookup(name, { family: 4 }, (error, address) => (error ? reject(error) : resolve(address))),
      ),
    );
  }
  return addresses.get(name);
};

const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: false });

const send = async ({ method = 'GET', host, port, path, headers = {}, tls = false, connectTo, timeoutMs = 30_000 }) => {
  const started = performance.now();
  const answer = (rest) => ({
    status: null,
    headers: {},
    text: '',
    error: null,
    milliseconds: Math.round(performance.now() - started),
    ...rest,
  });
  let address;
  try {
    address = await addressOf(connectTo ?? host);
  } catch (error) {
    return answer({ error: error.code });
  }
  return new Promise((resolve) => {
    const options = {
      host: address,
      port: port ?? (tls ? 443 : 80),
      method,
      path,
      headers: { host, ...headers },
      agent: tls ? httpsAgent : httpAgent,
      ...(tls && { servername: host }),
    };
    const request = (tls ? httpsRequest : httpRequest)(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve(answer({ status: response.statusCode, headers: response.headers, text })));
      response.on('error', (error) => resolve(answer({ error: error.code ?? error.message })));
    });
    request.setTimeout(timeoutMs, () => request.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    request.on('error', (error) => resolve(answer({ error: error.code ?? error.message })));
    request.end();
  });
};

const { requests, concurrency, perSecond } = await read();
const answers = new Array(requests.length);
const begun = performance.now();
let next = 0;
const worker = async () => {
  while (next < requests.length) {
    const index = next++;
    const early = perSecond ? begun + (index * 1000) / perSecond - performance.now() : 0;
    if (early > 0) await sleep(early);
    answers[index] = await send(requests[index]);
  }
};
await Promise.all(Array.from({ length: Math.min(concurrency, requests.length) }, worker));
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
