import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

/** Where the snippets pretend to lie: beside this file, so that the project's own options and paths hold. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PRELUDE = `
import { App } from 'cdk8s';
import { gatewayIdentity, Kafka, Mesh, MeshGateway, MeshService, RabbitMq, seconds, VersionedRoute } from '../../charts-src/index.ts';
import { userService } from '../../charts-src/imports/contracts/user-service.ts';
const image = 'app:1';
const mesh = new Mesh(new App(), 'shop');
const v1 = { image }, v2 = { image }, v3 = { image };
const users = new MeshService(mesh, 'users', { contract: userService, versions: { v1 } });
const orders = new MeshService(mesh, 'orders', { contract: userService, versions: { v1, v2 }, weights: { v1: 90, v2: 10 } });
const gateway = new MeshGateway(mesh, 'public', { identity: gatewayIdentity.helm(), hosts: ['a.example'], tls: 'none' });
const broker = { image, exchange: 'e', password: { secret: 's', key: 'k' }, credentials: { secret: 's', key: 'c.conf' } };
const events = new RabbitMq(mesh, 'rabbitmq', { ...broker, events: { OrderCreated: 'order.created' }, queues: { mails: ['OrderCreated'] } });
const streams = new Kafka(mesh, 'kafka', { image, clusterId: 'c', topics: { orders: { partitions: 1, replicationFactor: 1, retention: '24h' } } });
void [seconds, VersionedRoute, v3, users, orders, gateway, events, streams];
`;

const SUM = `these weights do not total 100 with at most two decimals each`;
const service = (props: string) => `new MeshService(mesh, 'a', { contract: userService, ${props} });`;

/** Programs that must not compile, with what the compiler then has to say: a user reads this and nothing else. */
const REFUSED: readonly {
  readonly name: string;
  readonly code: string;
  readonly says: readonly string[];
  readonly errors?: number;
}[] = [
  { name: 'weights of 101', code: service(`versions: { v1, v2 }, weights: { v1: 90, v2: 11 }`), says: [SUM] },
  {
    name: 'weights of 99.99',
    code: service(`versions: { v1, v2, v3 }, weights: { v1: 33.33, v2: 33.33, v3: 33.33 }`),
    says: [SUM],
  },
  { name: 'weights of 100.01', code: service(`versions: { v1, v2 }, weights: { v1: 99.99, v2: 0.02 }`), says: [SUM] },
  { name: 'one weight of 10', code: service(`versions: { v1 }, weights: { v1: 10 }`), says: [SUM] },
  { name: 'three decimals', code: service(`versions: { v1, v2 }, weights: { v1: 99.995, v2: 0.005 }`), says: [SUM] },
  {
    name: 'a negative weight',
    code: service(`versions: { v1, v2 }, weights: { v1: 110, v2: -10 }`),
    says: ['a weight is negative: weights are shares from 0 to 100'],
  },
  {
    name: 'a weight for a version that does not exist',
    code: service(`versions: { v1, v2 }, weights: { v1: 90, v3: 10 }`),
    says: ['"there is no version v3"'],
  },
  {
    name: 'a weight of 0 for a version that does not exist',
    code: service(`versions: { v1, v2 }, weights: { v1: 90, v2: 10, v3: 0 }`),
    says: ['"there is no version v3"'],
  },
  { name: 'a route of 95', code: `new VersionedRoute(mesh, 'r', { weights: { v1: 90, v2: 5 } });`, says: [SUM] },
  {
    name: 'a deployment that does not exist',
    code: `orders.deployment('v3');`,
    says: [`Argument of type '"v3"' is not assignable to parameter of type '"v1" | "v2"'`],
  },
  {
    name: 'an operation that the contract does not have',
    code: `orders.calls(users, { operations: ['getUsers'] });`,
    says: [`"getUsers"`, `"getUser"`, `"registerUser"`],
  },
  {
    name: 'an operation that a gateway cannot expose',
    code: `gateway.exposes(users, { operations: ['deleteUser'] });`,
    says: [`"deleteUser"`, `"deactivateUser"`],
  },
  {
    name: 'retries of a POST',
    code: `orders.calls(users, { operations: ['registerUser'], retries: { attempts: 2 } });`,
    says: [`Property 'idempotent' is missing`, `"by key"`],
  },
  {
    name: 'retries of a POST among others',
    code: `orders.calls(users, { operations: ['getUser', 'registerUser'], retries: { attempts: 2 } });`,
    says: [`Property 'idempotent' is missing`, `"by key"`],
  },
  {
    name: 'retries of a POST at a gateway',
    code: `gateway.exposes(users, { operations: ['createToken'], retries: { attempts: 1 } });`,
    says: [`Property 'idempotent' is missing`, `"by key"`],
  },
  {
    name: 'a timeout that is a number',
    code: `orders.calls(users, { operations: ['getUser'], timeout: 30 });`,
    says: ["Type 'number' is not assignable to type", '${number}ms', '${number}s'],
  },
  {
    name: 'a timeout without unit',
    code: `orders.calls(users, { operations: ['getUser'], timeout: '30' });`,
    says: [`Type '"30"' is not assignable to type`, '${number}ms', '${number}s'],
  },
  {
    name: 'a retention without unit',
    code: `new Kafka(mesh, 'k', { image, clusterId: 'c', topics: { t: { partitions: 1, replicationFactor: 1, retention: '7' } } });`,
    says: [`Type '"7"' is not assignable to type`, '${number}h'],
  },
  {
    name: 'replicas together with minReplicas',
    code: service(`versions: { v1 }, scaling: { replicas: 2, minReplicas: 2, maxReplicas: 4 }`),
    // At each of the two fields that do not go with the third.
    says: ["minReplicas: Type 'number' is not assignable", "maxReplicas: Type 'number' is not assignable"],
    errors: 2,
  },
  {
    name: 'an autoscaler without an upper end',
    code: service(`versions: { v1 }, scaling: { minReplicas: 2 }`),
    says: [`Property 'maxReplicas' is missing`],
  },
  {
    name: 'a queue of an unknown event',
    code: `new RabbitMq(mesh, 'r', { ...broker, events: { A: 'a' }, queues: { q: ['A', 'B'] } });`,
    says: [`Type '"B"' is not assignable to type '"A"'`],
  },
  {
    name: 'an unknown event',
    code: `users.publishes(events, ['OrderDeleted']);`,
    says: [`Type '"OrderDeleted"' is not assignable to type '"OrderCreated"'`],
  },
  { name: 'an unknown queue', code: `users.consumes(events, 'mail');`, says: [`'"mail"'`, `"mails"`] },
  {
    name: 'an unknown topic',
    code: `users.publishes(streams, ['order']);`,
    says: [`Type '"order"' is not assignable to type '"orders"'`],
  },
  {
    name: 'a misspelt property',
    code: service(`versions: { v1 }, weight: { v1: 100 }`),
    says: [`'weight' does not exist`, `'weights'`],
  },
  { name: 'no image', code: service(`versions: { v1: {} }`), says: [`Property 'image' is missing`] },
];

/** Programs beside them that must compile. */
const ACCEPTED: readonly string[] = [
  service(`versions: { v1, v2 }, weights: { v1: 90, v2: 10 }`),
  service(`versions: { v1, v2 }, weights: { v1: 99.99, v2: 0.01 }`),
  service(`versions: { v1, v2 }, weights: { v1: 12.5, v2: 87.5 }`),
  service(`versions: { v1, v2, v3 }, weights: { v1: 33.33, v2: 33.33, v3: 33.34 }`),
  service(`versions: { v1, v2 }, weights: { v1: 100 }`),
  service(`versions: { v1, v2 }, weights: JSON.parse('{}') as Record<string, number>`),
  `new VersionedRoute(mesh, 'r', { weights: { stable: 95, canary: 5 } });`,
  `orders.deployment('v2');`,
  `orders.calls(users, { operations: ['getUser', 'deactivateUser'], retries: { attempts: 2 }, timeout: seconds(2) });`,
  `orders.calls(users, { operations: ['registerUser'], retries: { attempts: 2, idempotent: 'by key' } });`,
  `orders.calls(users, { operations: ['registerUser'], timeout: '250ms' });`,
  `gateway.exposes(users, { operations: ['createToken'], retries: { attempts: 1, idempotent: 'by key' } });`,
  service(`versions: { v1 }, scaling: { replicas: 2 }`),
  service(`versions: { v1: { image, scaling: { minReplicas: 2, maxReplicas: 4 } } }`),
  `users.publishes(events, ['OrderCreated']).consumes(events, 'mails').publishes(streams, ['orders']).consumes(streams, ['orders']);`,
];

/** The part of the snippet that a message is about, and the message with all its lines. */
const textOf = ({ file, start = 0, length = 0, messageText, relatedInformation = [] }: ts.Diagnostic): string => {
  const texts = [messageText, ...relatedInformation.map((related) => related.messageText)];
  const message = texts.map((text) => ts.flattenDiagnosticMessageText(text, '\n')).join('\n');
  return `${file?.text.slice(start, start + length) ?? ''}: ${message}`;
};

let messagesOf: (code: string) => string[];

// All snippets are one program: the library is read and checked once.
beforeAll(() => {
  const codes = [...REFUSED.map(({ code }) => code), ...ACCEPTED];
  const files = new Map(codes.map((code, index) => [`${FOLDER}snippet-${index}.ts`, `${PRELUDE}${code}\n`]));
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  const exists = host.fileExists.bind(host);
  host.readFile = (file) => files.get(file) ?? read(file);
  host.fileExists = (file) => files.has(file) || exists(file);
  const source = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => {
    const text = files.get(file);
    return text === undefined ? source(file, ...rest) : ts.createSourceFile(file, text, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const told = new Map(
    codes.map((code, index) => {
      const file = program.getSourceFile(`${FOLDER}snippet-${index}.ts`);
      const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [code, diagnostics.map((diagnostic) => textOf(diagnostic))];
    }),
  );
  messagesOf = (code) => told.get(code) ?? [];
}, 120_000);

describe('the compiler refuses', () => {
  test.each(REFUSED)('$name', ({ code, says, errors = 1 }) => {
    const messages = messagesOf(code);
    expect(messages, messages.join('\n')).toHaveLength(errors);
    for (const part of says) expect(messages.join('\n')).toContain(part);
  });
});

describe('the compiler takes', () => {
  test.each(ACCEPTED)('%s', (code) => {
    expect(messagesOf(code)).toEqual([]);
  });
});
