import { own } from '../../model/own.ts';
import type { Rule } from '../rule.ts';

const BUNDLE = 'gateway.networking.k8s.io/bundle-version';

/** Definitions that istiod 1.31 reads from a version on. Source: Istio's MinimumCRDVersions */
const MINIMUM: Readonly<Record<string, readonly [number, number]>> = {
  'grpcroutes.gateway.networking.k8s.io': [1, 1],
  'backendtlspolicies.gateway.networking.k8s.io': [1, 4],
  'tlsroutes.gateway.networking.k8s.io': [1, 5],
  'tcproutes.gateway.networking.k8s.io': [1, 6],
};

/** A definition of the Gateway API is too old for istiod to look at its objects. */
export const gatewayApiVersion = {
  code: 'W573',
  name: 'gateway-api-version',
  severity: 'warning',
  summary: 'A definition of the Gateway API is too old for Istio.',
  also: ['IST0176'],
  reads: ['CustomResourceDefinition'],
  *check({ objects }) {
    for (const manifest of objects('CustomResourceDefinition', 'apiextensions.k8s.io')) {
      const minimum = own(MINIMUM, manifest.name);
      const version = manifest.annotations[BUNDLE] ?? '';
      const [, major, minor] = /^v?(\d+)\.(\d+)(?:\.|-|$)/.exec(version) ?? [];
      if (minimum === undefined || major === undefined || minor === undefined) continue;
      const [wantedMajor, wantedMinor] = minimum;
      const isOld = Number(major) < wantedMajor || (Number(major) === wantedMajor && Number(minor) < wantedMinor);
      if (!isOld) continue;
      yield {
        manifest,
        at: ['metadata', 'annotations', BUNDLE],
        message: `${manifest.name} is of bundle ${version}, and Istio 1.31 reads it from v${wantedMajor}.${wantedMinor}.0 on: objects of this kind do nothing`,
        fix: `install the Gateway API v${wantedMajor}.${wantedMinor}.0 or newer`,
      };
    }
  },
} satisfies Rule;
