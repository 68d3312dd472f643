// What sending traces takes, in a module of its own: it is half of all code of a service, and loaded only where traces go
// somewhere. (A bundle keeps the names of older packages only where they are imported by name.)
export * as api from '@opentelemetry/api';
export { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
export { NodeSDK, resources, tracing } from '@opentelemetry/sdk-node';
