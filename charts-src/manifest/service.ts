import type { CalleePort } from '../model/party.ts';

/** Which pods a Service selects, and on which ports. */
export interface ServiceSettings {
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly CalleePort[];
  /** Addresses the pods one by one instead of by one cluster IP. */
  readonly headless?: boolean;
}

/** A Service whose ports say their protocol twice, by name and by `appProtocol`, so that no proxy has to guess. */
export const serviceSpec = ({ selector, ports, headless = false }: ServiceSettings) => ({
  type: 'ClusterIP',
  // Members of a cluster must find each other before they are ready.
  ...(headless && { clusterIP: 'None', publishNotReadyAddresses: true }),
  selector: { ...selector },
  ports: ports.map(({ name, number, protocol }) => ({
    name,
    port: number,
    // By name: a version may move its port without the Service being changed.
    targetPort: name,
    protocol: 'TCP',
    appProtocol: protocol,
  })),
});
