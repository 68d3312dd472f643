import { ApiObject, type App, Chart, type ChartProps } from 'cdk8s';
import type { Construct } from 'constructs';
import { MeshChart, type MeshChartProps } from '../../charts-src/constructs/mesh-chart.ts';

/** An object with just what a test is about. */
export const object = (scope: Construct, kind: string, name: string, more: object = {}, apiVersion = 'v1'): ApiObject =>
  new ApiObject(scope, `${kind}-${name}`, { apiVersion, kind, metadata: { name }, ...more });

/** A mesh of several charts: nested ones, patches, dependencies, kinds of every rank, and a plain chart beside them. */
export function shop<A extends App>(app: A): A {
  const mesh = new MeshChart(app, 'mesh', {
    namespace: 'shop',
    labels: { 'app.kubernetes.io/part-of': 'shop' },
    file: 'micro/dev/mesh',
  });
  object(mesh, 'ClusterRole', 'reader', { rules: [] }, 'rbac.authorization.k8s.io/v1');
  object(mesh, 'Namespace', 'shop');
  for (const name of ['orders', 'users']) {
    const chart = new MeshChart(mesh, name, { namespace: 'shop', file: `micro/dev/${name}` });
    const route = object(
      chart,
      'VirtualService',
      name,
      { spec: { hosts: [name], http: [{ route: [{ destination: { host: name } }] }] } },
      'networking.istio.io/v1',
    );
    const service = object(chart, 'Service', name, { spec: { ports: [{ port: 80, name: 'http' }] } });
    object(chart, 'ServiceAccount', name);
    object(chart, 'DestinationRule', name, { spec: { host: name } }, 'networking.istio.io/v1');
    service.addDependency(route);
  }
  const plain = new Chart(app, 'plain', { namespace: 'other' });
  object(plain, 'ConfigMap', 'settings', { data: { a: 'b' } });
  new ApiObject(plain, 'unnamed', { apiVersion: 'v1', kind: 'ConfigMap', data: { c: 'd' } });
  return app;
}

/** A chart in a file of its own folder. */
export const chart = (app: App, id: string, props: MeshChartProps & ChartProps = {}): MeshChart =>
  new MeshChart(app, id, props);
