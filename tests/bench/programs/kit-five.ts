// Shape "five" through the kit's typed code. Arguments: number of services, output folder, `one-file` or `file-each`.
import {
  ClusterService,
  MeshApp,
  MeshChart,
  seconds,
  VersionDeployment,
  VersionedRoute,
} from '../../../charts-src/index.ts';

const [count = '3', outdir = 'out', files = 'one-file'] = process.argv.slice(2);
const image = `registry.example/shop/service:1.0.0@sha256:${'0'.repeat(64)}`;
/** The numbers are those of an architecture guide, traps included: whoever means them says why. */
const accepts = {
  'retries-exceed-timeout': 'as the guide has it',
  'default-retry-conditions': 'as the guide has it',
  'few-requests-per-connection': 'as the guide has it',
  'unmatched-paths-get-404': 'as the guide has it',
};

const app = new MeshApp({ outdir });
const all = files === 'one-file' ? new MeshChart(app, 'services', { namespace: 'bench' }) : undefined;
for (let i = 0; i < Number(count); i++) {
  const name = `service-${i}`;
  const chart = all ?? new MeshChart(app, name, { namespace: 'bench' });
  new VersionDeployment(chart, `${name}-v1`, { app: name, version: 'v1', image });
  new VersionDeployment(chart, `${name}-v2`, { app: name, version: 'v2', image });
  new ClusterService(chart, `${name}-service`, { name });
  new VersionedRoute(chart, name, {
    prefix: '/api',
    weights: { v1: 90, v2: 10 },
    timeout: seconds(30),
    retries: { attempts: 3, perTryTimeout: seconds(10) },
    connectionPool: {
      tcp: { maxConnections: 100 },
      http: { http1MaxPendingRequests: 100, maxRequestsPerConnection: 2 },
    },
    loadBalancer: 'ROUND_ROBIN',
    accepts,
  });
}
app.synth();
