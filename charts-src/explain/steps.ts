import type { MeshHost } from '../graph/mesh-host.ts';
import { createdAt, type Resource } from '../graph/resource.ts';
import type { SidecarScope } from '../graph/sidecars.ts';
import { objectName } from '../manifest/manifest.ts';
import type { Stage, Step } from './explanation.ts';
import type { Dropped } from './virtual-hosts.ts';

/** The steps of a request, as they are found. */
export class Steps {
  readonly all: Step[] = [];
  readonly assumptions: string[] = [];

  add(stage: Stage, decision: string, why: string, by?: Step['by']): void {
    this.all.push({ stage, decision, why, ...(by && { by }) });
  }

  /** Notes what the answer depends on and the files do not say. */
  assume(...all: readonly string[]): void {
    for (const what of all) if (!this.assumptions.includes(what)) this.assumptions.push(what);
  }
}

/** What a client's proxy knows of the mesh. */
export function scopeStep(steps: Steps, { sidecar, outboundTrafficPolicy }: SidecarScope): void {
  if (sidecar === undefined)
    return steps.add('scope', 'it knows every host that is exported to its namespace', 'no Sidecar holds for it');
  const { manifest } = sidecar;
  steps.add('scope', `it knows what ${objectName(manifest)} lets in`, `what is not known: ${outboundTrafficPolicy}`, {
    manifest,
    at: ['spec', 'egress'],
  });
}

/** What a name is in the mesh; `meant` is one that is close to it. */
export function hostStep(steps: Steps, name: string, host: MeshHost | undefined, meant: string | undefined): void {
  if (host === undefined)
    return steps.add(
      'host',
      `${name} is no host of the mesh`,
      `no Service and no ServiceEntry has this name${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    );
  const { manifest, from } = host;
  steps.add('host', host.host, objectName(manifest), {
    manifest,
    at: from.kind === 'Service' ? ['metadata', 'name'] : ['spec', 'hosts'],
  });
}

/** VirtualServices that do not act for a host. */
export function droppedSteps(steps: Steps, dropped: readonly Dropped[]): void {
  for (const { virtualService, why, winner } of dropped) {
    steps.add('virtual-host', `${objectName(virtualService.manifest)} does not act`, why, {
      manifest: virtualService.manifest,
      at: ['spec', 'hosts'],
    });
    if (winner !== undefined && !isAgeKnown(virtualService, winner))
      steps.assume(
        `${objectName(winner.manifest)} is older than ${objectName(virtualService.manifest)}: the files do not say when they were made, and the older one wins`,
      );
  }
}

const isAgeKnown = (one: Resource, other: Resource): boolean =>
  createdAt(one.manifest) !== '' && createdAt(other.manifest) !== '';
