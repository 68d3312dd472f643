import { command, formatOption } from '../command.ts';

/** `weft explain`: what a request meets on its way. */
export const explain = command({
  name: 'explain',
  summary: 'Say what a request will meet, before anything is applied.',
  description:
    'Follows a request through manifests as Istio and Envoy would: the Sidecar, the virtual host, the rule\n' +
    'that takes it and why others do not, destinations with shares, timeout, tries, circuit breaker, mutual\n' +
    'TLS and the policy that lets it in. Each step with the object, file and line that decides it.\n' +
    'With --test it answers a file of requests and expected answers instead, for a pipeline.',
  arguments: [
    { name: '[method]', says: 'such as GET' },
    { name: '[url]', says: 'such as http://order-service/api/orders?limit=1' },
  ],
  options: {
    from: {
      type: 'string',
      value: 'origin',
      says: 'where it comes from: namespace/workload, gateway:namespace/name, or outside',
    },
    header: { type: 'strings', short: 'H', value: 'name=value', says: 'a header of the request; repeats' },
    file: {
      type: 'strings',
      short: 'f',
      value: 'path',
      says: 'file or folder with manifests, - for stdin; repeats (default: the one folder of dist that fits)',
      completes: 'file',
    },
    all: { type: 'boolean', says: 'every distinct answer of the host, rule by rule' },
    test: {
      type: 'string',
      value: 'file',
      says: 'a YAML file of requests and expected answers; exit code 1 when one is not as expected',
      completes: 'file',
    },
    verify: {
      type: 'boolean',
      says: 'build it with a real Envoy and small servers on this machine, send the request, and compare; exit code 1 when they differ',
    },
    namespace: {
      type: 'string',
      short: 'n',
      value: 'name',
      default: 'default',
      says: 'namespace of objects that name none',
    },
    format: formatOption('text', 'json'),
  },
  examples: [
    {
      line: 'weft explain GET http://user-service/api/users/7 --from shop/order-service-v1 -f prod',
      says: 'one request',
    },
    {
      line: 'weft explain GET http://order-service.shop/ --from shop/api-gateway-v1 -f prod --all',
      says: 'every answer',
    },
    {
      line: 'weft explain POST http://order-service/api/orders --from outside -f prod -o json',
      says: 'for programs',
    },
  ],
  next: 'weft explain --test routes.yaml, to keep the answers as they are',
  async run({ values, positionals: [method, url] }, world) {
    const { runExplain } = await import('../run-explain.ts');
    return runExplain({ ...values, method, url }, world);
  },
});
