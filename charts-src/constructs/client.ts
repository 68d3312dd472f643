import type { Party } from '../model/party.ts';
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
