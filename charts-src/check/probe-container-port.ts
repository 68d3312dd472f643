import type { Container, ProbeHandler } from '../graph/shapes.ts';

/** The number of the port that a probe speaks HTTP or gRPC to; undefined for other probes, and names that are no port. */
export function containerPort({ httpGet, grpc }: ProbeHandler, { ports = [] }: Container): number | undefined {
  const port = httpGet?.port ?? grpc?.port;
  if (typeof port === 'number') return port;
  return ports.find(({ name }) => name !== undefined && name === port)?.containerPort;
}
