import type { Rule } from '../rule.ts';

/** An access log is configured and goes nowhere. */
export const accessLogProvider = {
  code: 'W569',
  name: 'access-log-provider',
  severity: 'warning',
  summary: 'A Telemetry asks for an access log without saying who writes it.',
  also: ['IST0157'],
  reads: ['Telemetry', 'ConfigMap'],
  *check(graph) {
    const defaults = graph.meshConfig?.mesh['defaultProviders'] as
      { readonly accessLogging?: unknown } | null | undefined; // YAML of any shape
    if (Array.isArray(defaults?.accessLogging) && defaults.accessLogging.length > 0) return;
    for (const { manifest, spec } of graph.of('Telemetry'))
      for (const [index, { disabled, providers = [] }] of (spec.accessLogging ?? []).entries()) {
        if (disabled === true || providers.length > 0) continue;
        yield {
          manifest,
          at: ['spec', 'accessLogging', index],
          message: `this entry names no provider${graph.meshConfig === undefined ? ', and unless MeshConfig has defaultProviders.accessLogging' : ' and MeshConfig has no defaultProviders.accessLogging'}: it changes nothing`,
          fix: 'add providers: [{ name: envoy }]',
        };
      }
  },
} satisfies Rule;
