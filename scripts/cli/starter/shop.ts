import type { Construct } from 'constructs';
import { gatewayIdentity, Mesh, MeshGateway, MeshService, seconds } from 'weftmesh';
import { orders as ordersContract } from './contracts/orders.ts';
import { web as webContract } from './contracts/web.ts';
import type { Environment } from './environments.ts';

/** The shop: who is in it and who calls whom. What no edge names is refused. */
export function shop(scope: Construct, environment: Environment): Mesh {
  const { images, imagesByTag, scaling } = environment;
  const mesh = new Mesh(scope, environment.name, {
    partOf: 'shop',
    namespaces: ['shop'],
    ...(imagesByTag !== undefined && { images: { byTag: imagesByTag } }),
  });

  const web = new MeshService(mesh, 'web', {
    contract: webContract,
    versions: { v1: { image: images.web } },
    scaling,
  });
  const orders = new MeshService(mesh, 'orders', {
    contract: ordersContract,
    versions: { v1: { image: images.ordersV1 }, v2: { image: images.ordersV2 } },
    weights: { v1: 90, v2: 10 }, // per cent; what does not total 100 does not compile
    scaling,
  });

  // The edge. Route, timeout, retries and all policies follow from it.
  web.calls(orders, { operations: ['listOrders', 'getOrder'], timeout: seconds(2) });

  // What the outside world may ask for, and of whom.
  const gateway = new MeshGateway(mesh, 'public', {
    identity: gatewayIdentity.istioctl(), // gatewayIdentity.helm() when Helm installed the gateway
    hosts: [environment.host],
    tls: { credentialName: 'shop-certificate' },
  });
  gateway.exposes(web, { operations: ['showShop', 'showOrders'] });
  return mesh;
}
