// What the images of constructs-mesh.ts run. It speaks HTTP/1.1 and HTTP/2 in plain text on each port, tells who
// answered, and can be made to fail or be slow. argv: what it is to do, then
//   serve PORT,PORT        http/1.1 and http/2         ?fail=2&key=k: 503 to the first two requests with that key
//   serve-h2 PORT,PORT     as gRPC servers are: http/2 and nothing else   ?delay=5: seconds   ?status=404
//   migrate                asks the database of its environment until that answers
//   topics …               kafka-topics.sh: asks the bootstrap server until that answers
//   call HOST:PORT PATH    one gRPC-like POST over http/2
import { get, createServer as createHttp1 } from 'node:http';
import { connect, createServer as createHttp2 } from 'node:http2';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers';

const [mode, ...args] = process.argv.slice(1);
const { APP, VERSION, POD_NAME, GREETING } = process.env;
const tries = new Map();

const answer = (request, response) => {
  const url = new URL(request.url, 'http://app');
  const key = url.searchParams.get('key');
  const count = (tries.get(key) ?? 0) + 1;
  if (key !== null) tries.set(key, count);
  const isFailing = key !== null && count <= Number(url.searchParams.get('fail') ?? 0);
  const status = isFailing ? 503 : Number(url.searchParams.get('status') ?? 200);
  const isGrpc = request.headers['content-type']?.startsWith('application/grpc') === true;
  const body = JSON.stringify({
    app: APP,
    version: VERSION,
    pod: POD_NAME,
    greeting: GREETING,
    port: request.socket.localPort,
    http: request.httpVersion,
    method: request.method,
    path: request.url,
    tries: count,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith(':'))),
  });
  request.resume();
  request.once('end', () =>
    setTimeout(
      () => {
        if (isGrpc && request.httpVersion === '2.0') {
          // A call that was not begun fails in the headers, as every gRPC server does it; proxies try only such again.
          if (isFailing)
            return response.writeHead(200, { 'content-type': 'application/grpc', 'grpc-status': '14' }).end();
          response.writeHead(200, { 'content-type': 'application/grpc' });
          response.addTrailers({ 'grpc-status': '0' });
        } else response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body);
      },
      1000 * Number(url.searchParams.get('delay') ?? 0),
    ),
  );
};

const listen = (ports, isHttp2Only) => {
  const http1 = createHttp1({ keepAliveTimeout: 600_000 }, answer);
  const http2 = createHttp2(answer);
  for (const server of [http1, http2]) server.on('clientError', (_, socket) => socket.destroy());
  for (const port of ports)
    createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (start) => {
        socket.pause();
        socket.unshift(start);
        const server = isHttp2Only || start.subarray(0, 3).toString('latin1') === 'PRI' ? http2 : http1;
        server.emit('connection', socket);
        if (server === http1) socket.resume();
      });
    }).listen(port, '0.0.0.0');
  process.on('SIGTERM', () => process.exit(0));
};

/** The answer of a server that may not be there yet. */
const insist = async (host, port, path) => {
  for (let left = 240; left > 0; left--) {
    const text = await new Promise((resolve) => {
      get({ host, port, path, agent: false, timeout: 2000 }, (response) => {
        let body = '';
        response.on('data', (data) => (body += data));
        response.on('end', () => resolve(body));
        response.on('error', () => resolve(''));
      })
        .on('error', () => resolve(''))
        .on('timeout', function () {
          this.destroy();
        });
    });
    if (text !== '') return text;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${host}:${port} gave no answer`);
};

const call = (authority, path) => {
  const session = connect(`http://${authority}`);
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const result = { status: null, grpcStatus: null, text: '', error: null };
  const take = (headers) => {
    result.status ??= headers[':status'] ?? null;
    result.grpcStatus = headers['grpc-status'] ?? result.grpcStatus;
  };
  const end = (error) => {
    console.log(JSON.stringify({ ...result, error: error?.code ?? null }));
    process.exit(0);
  };
  stream.on('response', take).on('trailers', take).setEncoding('utf8');
  stream
    .on('data', (data) => (result.text += data))
    .on('end', () => end())
    .on('error', end);
  session.on('error', end);
  stream.end('request');
};

if (mode === 'serve' || mode === 'serve-h2') listen(args[0].split(',').map(Number), mode === 'serve-h2');
else if (mode === 'migrate') {
  const { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME } = process.env;
  console.log(await insist(DATABASE_HOST, DATABASE_PORT, `/migrate/${DATABASE_NAME}`));
} else if (mode === 'topics') {
  const [host, port] = args[args.indexOf('--bootstrap-server') + 1].split(':');
  console.log(args.slice(2).join(' '), await insist(host, port, `/topics`));
} else call(...args);
