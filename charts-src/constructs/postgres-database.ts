import { Construct } from 'constructs';
import { noteDeclaration } from '../model/declaration.ts';
import { given, type StandIns } from '../model/given.ts';
import type { Party } from '../model/party.ts';
import type { ObjectSchema, Schema } from '../model/schema.ts';
import type { SecretReference } from '../model/service.ts';
import { secretSchema, STAND_IN_IMAGE } from '../model/word-schemas.ts';
import { nobody, ownerProblems, type Client } from './client.ts';
import { ExternalService } from './external-service.ts';
import { fitId } from './fit-id.ts';
import { Mesh } from './mesh.ts';
import { StatefulCluster, statefulFields, type StatefulProps } from './stateful-cluster.ts';

const PORT = 5432;

/** A PostgreSQL 15 that belongs to one service. */
export interface PostgresDatabaseProps extends StatefulProps {
  /** The one service that may connect. A second one would be coupled to the first by its tables. */
  readonly owner: Client;
  /** Name of the database in it. */
  readonly database: string;
  /** Role that the owner connects as. @default - the name of the database */
  readonly user?: string;
  /** Its password. */
  readonly password: SecretReference;
}

/** PostgreSQL 15 in the mesh, with a volume of its own. The owner gets DATABASE_HOST, _PORT, _NAME, _USER and _PASSWORD_FILE. */
export class PostgresDatabase extends StatefulCluster {
  constructor(scope: Construct, id: string, props: PostgresDatabaseProps) {
    const mesh = Mesh.of(scope);
    const checked = given(databaseSchema, props, { ...databaseStandIns, owner: nobody(mesh) }, ownerProblems);
    const { database, user = database, password, owner } = checked.props;
    super(scope, id, checked, {
      version: '15',
      replicas: 1,
      ports: [{ name: 'tcp-postgres', number: PORT, targetPort: PORT, protocol: 'tcp' }],
      environment: [
        { name: 'POSTGRES_DB', value: database },
        { name: 'POSTGRES_USER', value: user },
        { name: 'POSTGRES_PASSWORD_FILE', value: `/etc/secrets/${password.secret}/${password.key}` },
        // A folder in the volume: the volume's own root may hold lost+found, which initdb refuses.
        { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
      ],
      dataPath: '/var/lib/postgresql/data',
      writableFolders: ['/var/run/postgresql', '/tmp'],
      volumes: [{ kind: 'secret', name: 'password', secret: password.secret }],
      mounts: [{ volume: 'password', path: `/etc/secrets/${password.secret}`, isReadOnly: true }],
      liveness: { kind: 'tcp', port: PORT },
      readiness: { kind: 'exec', command: ['pg_isready', '--username', user, '--dbname', database] },
      startSeconds: 120,
      graceSeconds: 60,
      defaultResources: { cpuMillis: 250, memoryMib: 256, ephemeralStorageMib: 128 },
    });
    for (const caller of partiesOf(owner))
      this.mesh.connect({ kind: 'connection', caller, callee: this.callee, ports: ['tcp-postgres'] });
    owner.addEnvironment(...databaseEnvironment(this.callee.host, PORT, { database, user, password }));
  }
}

/** A PostgreSQL that somebody else runs, outside the mesh. */
export interface ExternalPostgresProps {
  readonly owner: Client;
  /** Its DNS name. */
  readonly host: string;
  /** @default 5432 */
  readonly port?: number;
  readonly database: string;
  readonly user?: string;
  readonly password: SecretReference;
}

/** PostgreSQL outside the mesh, for one service. PostgreSQL starts TLS inside its own protocol, so the port is plain TCP to the proxy. */
export class ExternalPostgres extends Construct {
  readonly external: ExternalService;

  constructor(scope: Construct, id: string, props: ExternalPostgresProps) {
    const mesh = Mesh.of(scope);
    const fit = fitId(scope, id);
    ({ id } = fit);
    super(scope, id);
    noteDeclaration(this);
    const checked = given(externalSchema, props, { ...databaseStandIns, owner: nobody(mesh) }, ownerProblems);
    const { owner, host, port = PORT, database, user = database, password } = checked.props;
    this.node.addValidation({ validate: () => [...fit.problems, ...checked.problems] });
    this.external = new ExternalService(this, id, {
      hosts: [host],
      port,
      tls: 'none',
      namespace: owner.party.namespace,
    });
    for (const caller of partiesOf(owner))
      owner.mesh.connect({ kind: 'external', caller, callee: this.external.external });
    owner.addEnvironment(...databaseEnvironment(host, port, { database, user, password }));
    owner.addEnvironment({ DATABASE_TLS: 'verify-full' });
  }
}

/** Who connects to the database of a service: its pods, and the Job that migrates it. */
const partiesOf = ({ party, migrationParty }: Client): readonly Party[] =>
  migrationParty ? [party, migrationParty] : [party];

const text: Schema = { type: 'string', minLength: 1 };

const databaseSchema: ObjectSchema = {
  type: 'object',
  fields: { ...statefulFields, owner: 'any', database: text, user: text, password: secretSchema } satisfies Record<
    keyof PostgresDatabaseProps,
    Schema
  >,
  required: ['image', 'owner', 'database', 'password'],
};

const externalSchema: ObjectSchema = {
  type: 'object',
  fields: {
    owner: 'any',
    host: text,
    port: 'number',
    database: text,
    user: text,
    password: secretSchema,
  } satisfies Record<keyof ExternalPostgresProps, Schema>,
  required: ['owner', 'host', 'database', 'password'],
};

const databaseStandIns: StandIns = {
  image: STAND_IN_IMAGE,
  host: 'not-given.example',
  database: 'not-given',
  password: { secret: 'not-given', key: 'not-given' },
};

const databaseEnvironment = (
  host: string,
  port: number,
  {
    database,
    user,
    password,
  }: { readonly database: string; readonly user: string; readonly password: SecretReference },
): [Record<string, string>, Record<string, SecretReference>] => [
  { DATABASE_HOST: host, DATABASE_PORT: String(port), DATABASE_NAME: database, DATABASE_USER: user },
  { DATABASE_PASSWORD: password },
];
