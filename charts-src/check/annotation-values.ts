import { own } from '../model/own.ts';

/** Why a value cannot be read, and what to write. */
export interface AnnotationProblem {
  readonly why: string;
  readonly fix: string;
}

type Judge = (value: string) => AnnotationProblem | undefined;

/** What is wrong with the value of an annotation that the injector checks; undefined for all others.
 * Source: Istio's AnnotationValidation */
export const annotationProblem = (name: string, value: string): AnnotationProblem | undefined =>
  own(JUDGES, name)?.(value);

const unless = (isFine: boolean, why: string, fix: string): AnnotationProblem | undefined =>
  isFine ? undefined : { why, fix };

const isPort = (text: string): boolean => /^\+?\d+$/.test(text.trim()) && Number(text) <= 65535;

const port: Judge = (value) => unless(isPort(value), 'which is no port', 'write a number from 0 to 65535, in quotes');

const ports: Judge = (value) =>
  unless(
    value.trim() === '' || value.trim().split(',').every(isPort),
    'which is no list of ports',
    'write numbers with commas between them: "8080,9090"; ranges are not possible',
  );

const portsOrAll: Judge = (value) => (value === '*' ? undefined : ports(value));

const wholeNumber: Judge = (value) =>
  unless(/^\d+$/.test(value) && Number(value) < 2 ** 32, 'which is no whole number', 'write a number in quotes: "10"');

const truth: Judge = (value) =>
  unless(
    /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value),
    'which is neither true nor false',
    'write "true" or "false"',
  );

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\/(?:[12]?\d|3[0-2])$/;
const IPV6 = /^[0-9a-f:]*:[0-9a-f:.]*\/(?:\d|[1-9]\d|1[01]\d|12[0-8])$/i;

const ranges: Judge = (value) =>
  unless(
    value === '' || value.split(',').every((range) => IPV4.test(range) || IPV6.test(range)),
    value.includes(' ') ? 'and between address ranges there may be no blanks' : 'which is no list of address ranges',
    'write ranges with commas between them and no blanks: "10.0.0.0/8,192.168.0.0/16"',
  );

const rangesOrAll: Judge = (value) => (value === '*' ? undefined : ranges(value));

/** Source: Kubernetes' resource.ParseQuantity */
const quantity: Judge = (value) =>
  unless(
    /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/.test(value),
    'which is no quantity',
    'write one as in resources: "100m", "128Mi"',
  );

/** Names of interfaces of Linux. */
const interfaces: Judge = (value) =>
  unless(
    value === '' || value.split(',').every((name) => /^[^\s/]{1,15}$/.test(name.trim())),
    'which is no list of network interfaces',
    'write names of at most 15 letters with commas between them: "eth1,eth2"',
  );

const mode: Judge = (value) =>
  unless(['REDIRECT', 'TPROXY', 'NONE'].includes(value), 'which is no mode', 'write REDIRECT, TPROXY or NONE');

const JUDGES: Readonly<Record<string, Judge>> = {
  'sidecar.istio.io/interceptionMode': mode,
  'status.sidecar.istio.io/port': port,
  'readiness.status.sidecar.istio.io/initialDelaySeconds': wholeNumber,
  'readiness.status.sidecar.istio.io/periodSeconds': wholeNumber,
  'readiness.status.sidecar.istio.io/failureThreshold': wholeNumber,
  'traffic.sidecar.istio.io/includeOutboundIPRanges': rangesOrAll,
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': ranges,
  'traffic.sidecar.istio.io/includeInboundPorts': portsOrAll,
  'traffic.sidecar.istio.io/excludeInboundPorts': ports,
  'traffic.sidecar.istio.io/excludeOutboundPorts': ports,
  'traffic.sidecar.istio.io/excludeInterfaces': interfaces,
  'traffic.sidecar.istio.io/kubevirtInterfaces': interfaces,
  'istio.io/reroute-virtual-interfaces': interfaces,
  'prometheus.istio.io/merge-metrics': truth,
  'sidecar.istio.io/proxyCPU': quantity,
  'sidecar.istio.io/proxyMemory': quantity,
  'sidecar.istio.io/proxyCPULimit': quantity,
  'sidecar.istio.io/proxyMemoryLimit': quantity,
};
