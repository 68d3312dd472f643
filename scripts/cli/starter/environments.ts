import type { Scaling } from 'weftmesh';

/** What differs between the places where the shop runs. All else is the same everywhere. */
export interface Environment {
  readonly name: string;
  /** DNS name under which the outside world knows the shop. */
  readonly host: string;
  readonly scaling: Scaling;
  readonly images: { readonly web: string; readonly ordersV1: string; readonly ordersV2: string };
  /** Why images are named by tag; leave it out where they carry a digest. */
  readonly imagesByTag?: string;
}

const dev: Environment = {
  name: 'dev',
  host: 'shop.dev.example.com',
  scaling: { replicas: 2 },
  images: { web: 'shop/web:1.0.0', ordersV1: 'shop/orders:1.0.0', ordersV2: 'shop/orders:2.0.0' },
  imagesByTag: 'dev runs what was just built',
};

/** Stands for the digest that `docker push` prints: put yours here. */
const DIGEST = `sha256:${'0'.repeat(64)}`;

const prod: Environment = {
  name: 'prod',
  host: 'shop.example.com',
  scaling: { minReplicas: 2, maxReplicas: 6 },
  images: {
    web: `registry.example.com/shop/web:1.0.0@${DIGEST}`,
    ordersV1: `registry.example.com/shop/orders:1.0.0@${DIGEST}`,
    ordersV2: `registry.example.com/shop/orders:2.0.0@${DIGEST}`,
  },
};

export const environments: readonly Environment[] = [dev, prod];
