import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Pods } from '../graph/policies.ts';
import { authenticate } from './authenticate.ts';
import { authorize } from './authorization.ts';
import type { AuthorizationVerdict, Step } from './explanation.ts';
import type { ComparedRequest } from './match-request.ts';
import { unreadable } from './unreadable.ts';

/** A request at the door of pods. */
export interface Asking {
  /** Identity of the client; undefined for plain text. */
  readonly principal: string | undefined;
  /** Whether the proxy of the pods looks into requests. */
  readonly isHttp: boolean;
  /** Port of the container. */
  readonly port: number;
  /** Host of the TLS handshake; undefined for plain text. */
  readonly sni: string | undefined;
  readonly request: ComparedRequest;
}

/** Whether pods let a request in, and what decides it. */
export interface Admission {
  /** Set when they do not; without a status the connection is closed. */
  readonly refusal: { readonly status: number | null; readonly why: string } | undefined;
  readonly authorization: AuthorizationVerdict;
  /** The request as their proxy hands it on: without what it takes of a token, and with what it makes of that. */
  readonly request: ComparedRequest;
  readonly steps: readonly Step[];
  readonly assumptions: readonly string[];
}

/** Judges the token of a request, then the request by AuthorizationPolicies, as the proxy of pods does. */
export function admit(graph: MeshGraph, pods: Pods, { principal, isHttp, port, sni, request }: Asking): Admission {
  const unread = isHttp ? unreadable(request) : undefined;
  if (unread !== undefined)
    return {
      refusal: { status: 400, why: `400: ${unread}` },
      authorization: { decision: 'allow', policy: null },
      request,
      steps: [{ stage: 'listener', decision: 'refused with 400', why: unread }],
      assumptions: [],
    };
  const token = isHttp ? authenticate(graph, pods, request) : undefined;
  if (token?.refusal !== undefined)
    return {
      refusal: { status: token.refusal.status, why: `${token.refusal.status}: ${token.refusal.why}` },
      authorization: { decision: 'deny', policy: null },
      request: token.request,
      steps: token.steps,
      assumptions: token.assumptions,
    };
  const handed = token?.request ?? request;
  const { method, path, authority, headers, claims } = handed;
  const verdict = authorize(graph, pods, { principal, isHttp, port, sni, method, path, authority, headers, claims });
  const policy = verdict.policy ? `AuthorizationPolicy ${verdict.policy.namespace}/${verdict.policy.name}` : null;
  const isDenied = verdict.decision === 'deny';
  return {
    refusal: isDenied
      ? { status: isHttp ? 403 : null, why: `${policy ?? 'the server'} refuses it: ${verdict.why}` }
      : undefined,
    authorization: { decision: verdict.decision, policy },
    request: handed,
    steps: [
      ...(token?.steps ?? []),
      {
        stage: 'authorization',
        decision: isDenied ? 'refused' : 'allowed',
        why: verdict.why,
        ...(verdict.policy && { by: { manifest: verdict.policy.manifest, at: verdict.at } }),
      },
    ],
    assumptions: [...(token?.assumptions ?? []), ...verdict.assumptions],
  };
}
