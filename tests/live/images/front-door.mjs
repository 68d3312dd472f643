// Runs in the network of the node, which is outside of the mesh: takes requests at a socket of the file system, where
// tests reach it, and hands them on to the ingress gateway by its TLS port, as a browser on a laptop would. It ends with
// its stdin.
// argv: the socket, the gateway's address, the host that is asked for.
import { createServer } from 'node:http';
import { Agent, request } from 'node:https';

const [path, gateway, host] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });

createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const onward = request({
    host: gateway,
    port: 443,
    servername: host,
    agent,
    method,
    path: url,
    headers: { ...headers, host },
  });
  onward.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', (error) => outgoing.destroy(error));
  incoming.pipe(onward);
}).listen(path, () => process.stdout.write('open\n'));
process.stdin.resume().once('end', () => process.exit(0));
