// Shape "full" through the kit: services with all their kinds, two versions, two edges and an autoscaler each.
// Arguments: number of services, output folder.
import { Mesh, MeshApp, MeshService, seconds } from '../../../charts-src/index.ts';

const [count = '3', outdir = 'out'] = process.argv.slice(2);
const image = `registry.example/shop/service:1.0.0@sha256:${'0'.repeat(64)}` as const;
const contract = {
  protocol: 'http',
  name: 'service',
  basePath: '/api',
  operations: { read: { method: 'GET', path: '/things/{id}' }, write: { method: 'PUT', path: '/things/{id}' } },
} as const;

const app = new MeshApp({ outdir });
const mesh = new Mesh(app, 'bench');
const services = Array.from(
  { length: Number(count) },
  (_, i) =>
    new MeshService(mesh, `service-${i}`, {
      contract,
      versions: { v1: { image }, v2: { image } },
      weights: { v1: 90, v2: 10 },
      scaling: { minReplicas: 2, maxReplicas: 6 },
    }),
);
services.forEach((service, i) => {
  for (const distance of [1, 2]) {
    const callee = services[(i + distance) % services.length];
    if (callee !== undefined && callee !== service)
      service.calls(callee, { operations: ['read'], timeout: seconds(2), retries: { attempts: 1 } });
  }
});
app.synth();
