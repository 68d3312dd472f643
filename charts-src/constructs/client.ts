import type { Party } from '../model/party.ts';
import { show, type SchemaProblem } from '../model/schema.ts';
import type { SecretReference } from '../model/service.ts';
import type { Member, Mesh } from './mesh.ts';

/** A service as databases and brokers see it: a member of the mesh that can be given variables. */
export interface Client extends Member {
  readonly mesh: Mesh;
  /** Who runs its migrations, when a Job does. */
  readonly migrationParty: Party | undefined;
  addEnvironment(
    variables: Readonly<Record<string, string>>,
    secrets?: Readonly<Record<string, SecretReference>>,
  ): unknown;
}

/** What is wrong with an owner of which no compiler knows that it is a service. */
export const ownerProblems = ({ owner }: Readonly<Record<string, unknown>>): readonly SchemaProblem[] =>
  owner === undefined || (typeof owner === 'object' && owner !== null && 'party' in owner && 'addEnvironment' in owner)
    ? []
    : [
        {
          path: ['owner'],
          what: `${show(owner)} is no service`,
          why: 'nobody could connect',
          fix: 'give the MeshService itself',
        },
      ];

/** Stands in for a service that was not given. */
export const nobody = (mesh: Mesh): Client => ({
  party: {
    name: 'nobody',
    namespace: mesh.namespaces[0],
    serviceAccount: 'nobody',
    podLabels: { app: 'nobody' },
  },
  mesh,
  migrationParty: undefined,
  addEnvironment: () => undefined,
});
