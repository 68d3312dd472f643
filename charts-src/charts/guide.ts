import type { Construct } from 'constructs';
import { ManifestObject } from '../constructs/manifest-object.ts';
import { MeshChart } from '../constructs/mesh-chart.ts';
import { StrictMtls } from '../constructs/strict-mtls.ts';
import { VersionedRoute } from '../constructs/versioned-route.ts';
import { namespaceLabels } from '../manifest/namespace.ts';
import { seconds } from '../model/duration.ts';

/**
 * The architecture guide's own three resources, exactly, in a namespace of their own. Its numbers are kept, with the
 * traps in them accepted by name; the shop beside it avoids them.
 */
export function guide(scope: Construct): MeshChart {
  const namespace = 'guide';
  const chart = new MeshChart(scope, 'guide', { namespace, file: 'guide/dev/order-service' });
  new ManifestObject(
    chart,
    'Namespace',
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: namespaceLabels({ istioCni: true }) } },
    () => ({}),
  );
  new VersionedRoute(chart, 'order-service', {
    prefix: '/api',
    weights: { v1: 90, v2: 10 },
    timeout: seconds(30),
    retries: { attempts: 3, perTryTimeout: seconds(10) },
    connectionPool: {
      tcp: { maxConnections: 100 },
      http: { http1MaxPendingRequests: 100, maxRequestsPerConnection: 2 },
    },
    loadBalancer: 'ROUND_ROBIN',
    accepts: {
      'retries-exceed-timeout': 'the guide gives these numbers; a fourth try of 10 s does not fit into 30 s',
      'default-retry-conditions': 'the guide names no conditions; a 503 of the application is not retried',
      'few-requests-per-connection': 'the guide closes connections after 2 requests',
      'unmatched-paths-get-404': 'the guide routes /api only',
    },
  });
  new StrictMtls(chart, 'default');
  return chart;
}
