import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { ExternalService } from '../../charts-src/constructs/external-service.ts';
import { Kafka } from '../../charts-src/constructs/kafka.ts';
import { MeshGateway } from '../../charts-src/constructs/mesh-gateway.ts';
import { MeshService } from '../../charts-src/constructs/mesh-service.ts';
import { Mesh } from '../../charts-src/constructs/mesh.ts';
import { ExternalPostgres, PostgresDatabase } from '../../charts-src/constructs/postgres-database.ts';
import { RabbitMq } from '../../charts-src/constructs/rabbit-mq.ts';
import { StrictMtls } from '../../charts-src/constructs/strict-mtls.ts';
import { SynthError } from '../../charts-src/constructs/synth-error.ts';
import { VersionedRoute } from '../../charts-src/constructs/versioned-route.ts';
import { gatewayIdentity } from '../../charts-src/model/gateway-identity.ts';
import { cache, IMAGE, messagesIn, newApp, newMesh, problemsIn, users } from './rendered.ts';

/** What JSON or plain JavaScript gives: the compiler is not asked. */
const untyped = (value: unknown) => value as never;

const versions = { v1: { image: IMAGE } };
const good = { contract: users, versions };
const secret = { secret: 'some', key: 'password' };
const service = (mesh: Mesh, id = 'orders', props: object = {}) =>
  new MeshService(mesh, id, untyped({ ...good, ...props }));

const MISSING = (field: string) =>
  `${field}: is missing: nothing can be made from it. Add "${field.split('.').at(-1) ?? ''}".`;
const UNKNOWN = (field: string, fix: string) =>
  `${field}: unknown field "${field.split('.').at(-1) ?? ''}": nothing reads it, so it would change nothing. ${fix}`;
const NO_VARIABLE = (at: string, name: string) =>
  `${at}: as a name, "${name}" is not the name of a variable, such as "LOG_LEVEL": nothing can be made from it. Write the name of a variable, such as "LOG_LEVEL".`;

describe('a service', () => {
  const name = 'orders';
  const other = IMAGE.replace('1.0.0', '2.0.0');
  test.each<{ name: string; props: object | undefined; says: string[] }>([
    { name: 'without anything', props: undefined, says: [MISSING('contract'), MISSING('versions')] },
    { name: 'without contract', props: { versions }, says: [MISSING('contract')] },
    { name: 'without versions', props: { contract: users }, says: [MISSING('versions')] },
    {
      name: 'with versions misspelt',
      props: { contract: users, version: versions },
      says: [UNKNOWN('version', 'Did you mean "versions"?'), MISSING('versions')],
    },
    {
      name: 'with no version',
      props: { ...good, versions: {} },
      says: ['versions: there is none, so nothing would run. Give at least one, such as { v1: { image } }.'],
    },
    { name: 'without image', props: { ...good, versions: { v1: {} } }, says: [MISSING('versions.v1.image')] },
    {
      name: 'with an image that is no text',
      props: { ...good, versions: { v1: { image: 5 } } },
      says: ['versions.v1.image: 5 is not a text: nothing can be made from it. Put it in quotes: "5".'],
    },
    {
      name: 'with a version that is null',
      props: { ...good, versions: { v1: null } },
      says: [
        'versions.v1: null is no value here: nothing can be made from it. Leave the field out, or give it a value.',
      ],
    },
    {
      name: 'with versions in a list',
      props: { ...good, versions: [{ name: 'v1', image: IMAGE }] },
      says: [
        'versions: a list (1 item) is not an object: nothing can be made from it. Write fields instead of a list: { name: value }.',
      ],
    },
    {
      name: 'with an unknown protocol',
      props: { ...good, contract: { ...users, protocol: 'soap' } },
      says: [
        'contract.protocol: "soap" is none of the choices: nothing can be made from it. Choices: http, grpc, tcp.',
      ],
    },
    {
      name: 'with a port that is a number',
      props: { ...good, port: 80 },
      says: ['port: 80 is not an object: nothing can be made from it. Write fields: { name: value }.'],
    },
    {
      name: 'with resources in Kubernetes units',
      props: { ...good, resources: { cpuMillis: '100m', memory: '1Gi' } },
      says: [
        UNKNOWN('resources.memory', 'Remove it; fields here: cpuMillis, memoryMib, ephemeralStorageMib.'),
        'resources.cpuMillis: "100m" is not a whole number: nothing can be made from it. Write a whole number.',
      ],
    },
    {
      name: 'with a duration that is a number',
      props: { ...good, shutdown: { drain: 30 } },
      says: ['shutdown.drain: 30 is not a duration: nothing can be made from it. Add the unit: "30s", or "30ms".'],
    },
    {
      name: 'with a duration without unit',
      props: { ...good, health: { startWithin: '30' } },
      says: [
        'health.startWithin: "30" is not a duration: nothing can be made from it. Add the unit: "30s", or "30ms".',
      ],
    },
    {
      name: 'with a number in config',
      props: { ...good, config: { LIMIT: 10 } },
      says: ['config.LIMIT: 10 is not a text: nothing can be made from it. Put it in quotes: "10".'],
    },
    {
      name: 'with variables that no container takes',
      props: {
        ...good,
        config: { 'LOG LEVEL': 'a', '1ST': 'b', '': 'c', 'log.level': 'fine', NUL: 'a\0' },
        secrets: { 'A=B': { secret: 'some', key: 'password' } },
        versions: { v1: { image: IMAGE, environment: { 'A B': 'a' } } },
      },
      says: [
        NO_VARIABLE('versions.v1.environment["A B"]', 'A B'),
        NO_VARIABLE('config["LOG LEVEL"]', 'LOG LEVEL'),
        NO_VARIABLE('config.1ST', '1ST'),
        NO_VARIABLE('config[""]', ''),
        'config.NUL: "a\\u0000" is not a text without NUL: nothing can be made from it. Write a text without NUL.',
        NO_VARIABLE('secrets["A=B"]', 'A=B'),
      ],
    },
    {
      name: 'with a secret that no Secret can be or hold',
      props: { ...good, secrets: { PASSWORD: { secret: 'Some_Secret', key: '../key' } } },
      says: [
        'secrets.PASSWORD.secret: "Some_Secret" is not the name of a Secret: a-z, 0-9, "-" and ".": nothing can be made from it. Write the name of a Secret: a-z, 0-9, "-" and ".".',
        'secrets.PASSWORD.key: "../key" is not a key of a Secret: letters, digits, "-", "_" and ".": nothing can be made from it. Write a key of a Secret: letters, digits, "-", "_" and ".".',
      ],
    },
    {
      name: 'with an operation whose path is no path',
      props: { ...good, contract: { ...users, operations: { getUser: { method: 'GET', path: 'users' } } } },
      says: [
        'contract.operations.getUser.path: "users" is not a path that begins with "/" and has no spaces: nothing can be made from it. Write a path that begins with "/" and has no spaces.',
      ],
    },
    {
      name: 'with a health path that ends in the middle',
      props: { ...good, health: { liveness: '/live z' } },
      says: [
        'health.liveness: "/live z" is not a path that begins with "/" and has no spaces: nothing can be made from it. Write a path that begins with "/" and has no spaces.',
      ],
    },
    {
      name: 'with a port twice, of which the workload has nothing new to say',
      props: {
        ...good,
        additionalPorts: {
          'tcp-a': { number: 80, contract: cache, targetPort: 9000 },
          'tcp-b': { number: 9001, contract: cache, targetPort: 9000 },
        },
      },
      says: [
        'ports: number 80 is used twice, so one of them would never be reached. Give each its own.',
        'ports: targetPort 9000 is used twice, so one of them would never be reached. Give each its own.',
      ],
    },
    {
      name: 'with half a secret',
      props: { ...good, secrets: { PASSWORD: { secret: 'x' } } },
      says: [MISSING('secrets.PASSWORD.key')],
    },
    {
      name: 'with a folder that is no path',
      props: { ...good, writableFolders: ['tmp'] },
      says: [
        'writableFolders[0]: "tmp" is not a folder below "/": nothing can be made from it. Write a folder below "/".',
      ],
    },
    {
      name: 'with folders where Kubernetes mounts nothing',
      props: { ...good, writableFolders: ['/tmp/../etc', '/a:b', '/tmp', '/tmp/x/', '/.cache', '/a.b/c..d'] },
      says: ['"/tmp/../etc"', '"/a:b"'].map(
        (folder, index) =>
          `writableFolders[${index}]: ${folder} is not a folder below "/": nothing can be made from it. Write a folder below "/".`,
      ),
    },
    {
      name: 'with one folder twice',
      props: { ...good, writableFolders: ['/tmp', '/tmp'] },
      says: ['writableFolders: /tmp is named twice, and Kubernetes refuses two volumes in one place. Name it once.'],
    },
    {
      name: 'with an accepted trap without reason',
      props: { ...good, accepts: { 'no-cpu-limit': ' ' } },
      says: [
        'accepts.no-cpu-limit: " " is not a reason, which is written into an annotation: nothing can be made from it. Write a reason, which is written into an annotation.',
      ],
    },
    {
      name: 'with two versions and no weights',
      props: { ...good, versions: { ...versions, v2: { image: other } } },
      says: ['weights: none are given, so nobody knows how requests divide among v1, v2. Give weights that total 100.'],
    },
    {
      name: 'with weights from a file that total 90',
      props: { ...good, versions: { ...versions, v2: { image: other } }, weights: { v1: 80, v2: 10 } },
      says: [
        'weights: the weights total 90, not 100 (v1 80, v2 10): Istio would divide by their sum, so no version would get the share that is written. Change them so that they total 100.',
      ],
    },
    {
      name: 'with weights that are null',
      props: { ...good, versions: { ...versions, v2: { image: other } }, weights: null },
      says: ['weights: null is no value here: nothing can be made from it. Leave the field out, or give it a value.'],
    },
    {
      name: 'with a number of pods that is a text',
      props: { ...good, scaling: { replicas: '3' } },
      says: ['scaling.replicas: "3" is not a number: nothing can be made from it. Leave out the quotes: 3.'],
    },
    {
      name: 'with both kinds of scaling',
      props: { ...good, scaling: { replicas: 3, minReplicas: 2, maxReplicas: 5 } },
      says: ['scaling: replicas and minReplicas exclude each other: each apply would undo the autoscaler. Keep one.'],
    },
    {
      name: 'in a namespace that is none of the mesh',
      props: { ...good, namespace: 'elsewhere' },
      says: [
        'namespace: "elsewhere" is no namespace of the mesh (it has shop), so nothing there would be secured. Add it to the mesh.',
      ],
    },
    {
      name: 'that is asked one thing by both probes',
      props: { ...good, health: { liveness: '/health', readiness: '/health' } },
      says: [
        'health: liveness and readiness are both "/health": a busy pod would be restarted instead of left alone. Use two paths.',
      ],
    },
    {
      name: 'that sets a variable of its own',
      props: { ...good, config: { PORT: '1' } },
      says: [
        'PORT is given twice to its pods, and only one of the values would be there. Give it once: in config or secrets, or by a database, broker or call that sets it.',
      ],
    },
  ])('$name', ({ props, says }) => {
    const mesh = newMesh();
    new MeshService(mesh, name, untyped(props));
    expect(messagesIn(mesh)).toEqual(says.map((message) => `shop/${name}: ${message}`));
  });

  test.each([
    [
      'My_Service',
      'my-service',
      '"My_Service" is no DNS label: use a-z, 0-9 and "-", starting with a letter, for example "my-service"',
    ],
    ['a/b', 'a-b', '"a/b" is no DNS label: use a-z, 0-9 and "-", starting with a letter, for example "a-b"'],
    ['', 'unnamed', '"" is no DNS label: use a-z, 0-9 and "-", starting with a letter'],
    ['1', 'unnamed', '"1" is no DNS label: use a-z, 0-9 and "-", starting with a letter'],
    ['x'.repeat(64), 'x'.repeat(50), `"${'x'.repeat(64)}" has 64 letters: a DNS label has at most 63`],
  ])('called %o', (id, path, problem) => {
    const mesh = newMesh();
    service(mesh, id);
    expect(messagesIn(mesh)).toEqual([
      `shop/${path}: id: ${problem}; it is an address and an identity, and Kubernetes would refuse it.`,
    ]);
  });

  test('called like another one, in the same scope or elsewhere in the mesh', () => {
    const taken =
      'id: "orders" is taken: two things of one name would be one address and one identity. Give this one another id.';
    const mesh = newMesh();
    service(mesh);
    service(mesh);
    expect(messagesIn(mesh)).toEqual([`shop/orders-2: ${taken}`]);

    const deep = newMesh();
    service(deep);
    new MeshService(new Construct(deep, 'group'), 'orders', good);
    new PostgresDatabase(new Construct(deep, 'data'), 'orders', {
      owner: service(deep, 'owner'),
      image: IMAGE,
      database: 'orders',
      password: secret,
    });
    expect(messagesIn(deep)).toEqual([`shop/group/orders-2: ${taken}`, `shop/data/orders-3: ${taken}`]);
  });

  test('or anything else, called like what is there already', () => {
    const app = newApp();
    const mesh = new Mesh(app, 'shop');
    const gateway = { identity: gatewayIdentity.helm(), hosts: ['shop.example'], tls: 'none' } as const;
    for (const host of ['a.example', 'b.example']) new ExternalService(mesh, 'mail', { hosts: [host] });
    for (const id of ['users', 'people'])
      new MeshGateway(mesh, 'public', gateway).exposes(service(mesh, id), untyped({ operations: ['getUser'] }));
    new Mesh(app, 'shop', { namespaces: ['office'], folder: 'office' });
    const taken = (id: string) =>
      `id: "${id}" is taken: two things of one name would be one address and one identity. Give this one another id.`;
    expect(messagesIn(mesh)).toEqual([
      `shop/mail-2: ${taken('mail')}`,
      `shop/public-2: ${taken('public')}`,
      `shop-2: ${taken('shop')}`,
    ]);
  });

  test('called like its namespace is fine', () => {
    const mesh = newMesh();
    service(mesh, 'shop');
    expect(messagesIn(mesh)).toEqual([]);
  });

  test('outside any mesh is told at once, since it has no namespace', () => {
    expect(() => new MeshService(newApp(), 'orders', good)).toThrow(
      new SynthError([
        {
          path: '',
          message:
            'is in no mesh, so nobody knows its namespace. Make it with a Mesh, or something in one, as its scope.',
        },
      ]),
    );
  });

  test('asked for a version that it does not have', () => {
    const orders = service(newMesh());
    const ask = () => orders.deployment(untyped('v3'));
    expect(ask).toThrow(SynthError);
    expect(ask).toThrow('has no version "v3" (versions: v1), so it has no such Deployment. Name one of these.');
  });
});

describe('a call', () => {
  const call = (given: unknown, change: (mesh: Mesh) => void = () => undefined) => {
    const mesh = newMesh();
    change(mesh);
    const callee = service(mesh, 'users');
    service(mesh).calls(callee, untyped(given));
    return messagesIn(mesh);
  };

  test.each<{ name: string; given: unknown; says: string[] }>([
    { name: 'without options', given: undefined, says: [MISSING('operations')] },
    { name: 'without operations', given: { timeout: '2s' }, says: [MISSING('operations')] },
    {
      name: 'with no operation',
      given: { operations: [] },
      says: ['operations: none is named, so the edge to users would allow nothing. Name those that are called.'],
    },
    {
      name: 'with operations that are no list',
      given: { operations: 'getUser' },
      says: ['operations: "getUser" is not a list: nothing can be made from it. Write a list: put it into [ ].'],
    },
    {
      name: 'with an operation that is in every object',
      given: { operations: ['constructor'] },
      says: [
        'operations: "constructor" is no operation of the contract of users (it has getUser, listUsers, addUser, signIn, renameUser, putUser), so nothing would be allowed. Name one of these, or add it to the contract.',
      ],
    },
    {
      name: 'with an option misspelt',
      given: { operations: ['getUser'], timeOut: '2s' },
      says: [UNKNOWN('timeOut', 'Did you mean "timeout"?')],
    },
    {
      name: 'with a timeout that is a number',
      given: { operations: ['getUser'], timeout: 2 },
      says: ['timeout: 2 is not a duration: nothing can be made from it. Add the unit: "2s", or "2ms".'],
    },
    {
      name: 'with retries that are a number',
      given: { operations: ['getUser'], retries: 3 },
      says: ['retries: 3 is not an object: nothing can be made from it. Write fields: { name: value }.'],
    },
    {
      name: 'with too many tries, each too short',
      given: { operations: ['getUser'], retries: { attempts: 11, perTryTimeout: '0s' } },
      says: [
        'retries.perTryTimeout: "0s" is shorter than 1ms: nothing can be made from it. Write 1ms or more, or leave the field out.',
        'retries.attempts: 11 is no whole number from 0 to 10; more tries multiply an outage.',
      ],
    },
    {
      name: 'with retries of a POST',
      given: { operations: ['addUser'], retries: { attempts: 1 } },
      says: [
        `retries: addUser would be done twice when a try fails after it was received. If the callee tells repeats apart by a key, write idempotent: 'by key'; else leave out retries.`,
      ],
    },
  ])('$name', ({ given, says }) => {
    expect(call(given)).toEqual(says.map((message) => `shop/orders: call to users: ${message}`));
  });

  test('with a way to pick a pod that is none', () => {
    expect(call({ operations: ['getUser'], loadBalancer: 'FASTEST' })).toEqual([
      `shop/orders: call to users.loadBalancer: "FASTEST" is no way to pick a pod: write LEAST_REQUEST, ROUND_ROBIN, RANDOM, or { consistentHash: { httpHeaderName: 'x-user' } } or { consistentHash: { useSourceIp: true } }.`,
    ]);
  });

  test('to nothing', () => {
    const mesh = newMesh();
    const orders = service(mesh);
    (orders.calls as (to?: unknown) => unknown)();
    orders.publishes(untyped(undefined), untyped(['A']));
    orders.consumes(untyped({}), untyped('q'));
    expect(messagesIn(mesh)).toEqual([
      'shop/orders: calls: undefined is nothing that can be called, so no edge comes of it. Give a service, one of its ports, or an ExternalService.',
      'shop/orders: publishes: undefined is no broker, so no edge comes of it. Give a RabbitMq, a Kafka, or a broker of your own.',
      'shop/orders: consumes: an object is no broker, so no edge comes of it. Give a RabbitMq, a Kafka, or a broker of your own.',
    ]);
  });

  test('to oneself', () => {
    const mesh = newMesh();
    const orders = service(mesh);
    orders.calls(orders, untyped({ operations: ['getUser'] }));
    expect(messagesIn(mesh)).toEqual([
      'shop/orders: call to orders: it calls itself, which only adds a trip through two proxies. Call the function instead, or name another service.',
    ]);
  });

  test('to oneself over TCP', () => {
    const mesh = newMesh();
    const store = new MeshService(mesh, 'cache', { contract: cache, versions });
    store.calls(store, {});
    expect(messagesIn(mesh)).toEqual([
      'shop/cache: call to cache: it calls itself, which only adds a trip through two proxies. Call the function instead, or name another service.',
    ]);
  });

  test('of one operation twice', () => {
    const mesh = newMesh();
    const callee = service(mesh, 'users');
    const orders = service(mesh);
    orders.calls(callee, untyped({ operations: ['getUser'], timeout: '1s' }));
    orders.calls(callee, untyped({ operations: ['listUsers', 'getUser'], timeout: '2s' }));
    expect(messagesIn(mesh)).toEqual([
      'shop/orders: call to users: getUser is in two calls, and only what the first one asks would hold. Name it in one.',
    ]);
  });

  test('into another mesh', () => {
    const app = newApp();
    const [shop, office] = [new Mesh(app, 'shop'), new Mesh(app, 'office')];
    service(shop).calls(service(office, 'payroll'), untyped({ operations: ['getUser'] }));
    const problems = problemsIn(shop);
    expect(problems.map(({ path }) => path)).toContain('shop');
    expect(problems[0]?.message).toContain(
      'orders calls payroll, which is in another mesh and would refuse it. Put both into one mesh, or make an ExternalService of it.',
    );
  });

  test('in a circle is fine', () => {
    const mesh = newMesh();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => service(mesh, id)) as [ReturnType<typeof service>, never, never];
    for (const [from, to] of [
      [a, b],
      [b, c],
      [c, a],
    ] as const)
      (from as typeof a).calls(to, untyped({ operations: ['getUser'] }));
    expect(messagesIn(mesh)).toEqual([]);
  });

  test('to a service whose contract is missing is not to blame', () => {
    const mesh = newMesh();
    const callee = new MeshService(mesh, 'users', untyped({ versions }));
    service(mesh).calls(callee, untyped({ operations: ['getUser'] }));
    expect(messagesIn(mesh)).toEqual([`shop/users: ${MISSING('contract')}`]);
  });
});

describe('a mesh', () => {
  test.each<{ props: object; says: string[] }>([
    { props: { namespace: 'x' }, says: [UNKNOWN('namespace', 'Did you mean "namespaces"?')] },
    {
      props: { namespaces: 'shop' },
      says: ['namespaces: "shop" is not a list: nothing can be made from it. Write a list: put it into [ ].'],
    },
    {
      props: { namespaces: [] },
      says: ['namespaces: the list has 0 items: nothing can be made from it. Write at least 1.'],
    },
    {
      props: { namespaces: ['a', 'b', 'a'] },
      says: ['namespaces: a, b, a names one twice: all that secures it would be made twice. Name each once.'],
    },
    {
      props: { images: 'by tag' },
      says: [
        `images: "by tag" is no way to name images: nobody would know whether what runs can change. Write 'by digest', or { byTag: '<reason>' }.`,
      ],
    },
    {
      props: { images: { byTag: ' ' } },
      says: ['images.byTag: the reason is empty: say why images need no digest here, it is written on every workload.'],
    },
    {
      props: { telemetry: { accessLog: 'errors', traceSamplingPercent: 500 } },
      says: [
        'telemetry.accessLog: "errors" is none of the choices: nothing can be made from it. Choices: all, failed, none.',
        'telemetry.traceSamplingPercent: 500 is more than 100: nothing can be made from it. Write a number from 0 to 100.',
      ],
    },
  ])('with $props', ({ props, says }) => {
    const mesh = new Mesh(newApp(), 'shop', untyped(props));
    expect(messagesIn(mesh)).toEqual(says.map((message) => `shop: ${message}`));
  });

  test('in a trust domain that no identity can have', () => {
    const mesh = new Mesh(newApp(), 'shop', { trustDomain: 'my domain/x' });
    expect(messagesIn(mesh)).toEqual([
      'shop: trustDomain: "my domain/x" is not a trust domain: a-z, 0-9, ".", "-" and "_": nothing can be made from it. Write a trust domain: a-z, 0-9, ".", "-" and "_".',
    ]);
  });

  test('in a namespace that is no DNS label', () => {
    const mesh = new Mesh(newApp(), 'shop', { namespaces: ['Shop'] });
    expect(messagesIn(mesh)).toContain(
      'shop: namespaces: "Shop" is no DNS label: use a-z, 0-9 and "-", starting with a letter, for example "shop".',
    );
  });
});

describe('a gateway', () => {
  const props = { identity: gatewayIdentity.helm(), hosts: ['shop.example'], tls: 'none' } as const;
  const exposed = (more: object, exposure: unknown = { operations: ['getUser'] }) => {
    const mesh = newMesh();
    new MeshGateway(mesh, 'public', untyped({ ...props, ...more })).exposes(service(mesh, 'users'), untyped(exposure));
    return messagesIn(mesh);
  };

  test.each<{ more: object; says: string[] }>([
    {
      more: { identity: undefined, hosts: undefined, tls: undefined },
      says: ['identity', 'hosts', 'tls'].map(MISSING),
    },
    { more: { tls: {} }, says: [MISSING('tls.credentialName')] },
    {
      more: { tls: 'off' },
      says: ['tls: "off" is not an object: nothing can be made from it. Write fields: { name: value }.'],
    },
    {
      more: { hosts: ['*.example'] },
      says: ['hosts: "*.example" is no exact DNS name; a wildcard would take requests that are meant for others.'],
    },
    {
      more: { hosts: ['a.example', 'b.example', 'a.example'] },
      says: ['hosts: "a.example" is named twice, which Istio refuses. Name it once.'],
    },
    {
      more: { tls: { credentialName: 'My certificate' } },
      says: [
        'tls.credentialName: "My certificate" is not the name of a Secret: nothing can be made from it. Write the name of a Secret.',
      ],
    },
    {
      more: { jwt: [{ issuer: 'https://id.example', jwks: '{}' }] },
      says: ['jwt (https://id.example).jwks: is no JSON Web Key Set: write {"keys": [...]} with public keys.'],
    },
    {
      more: { rateLimit: { requests: 0, per: '0s' } },
      says: [
        'rateLimit.per: "0s" is shorter than 1ms: nothing can be made from it. Write 1ms or more, or leave the field out.',
        'rateLimit.requests: 0 is no whole number above 0.',
      ],
    },
  ])('with $more', ({ more, says }) => {
    expect(exposed(more)).toEqual(says.map((message) => `shop/public: ${message}`));
  });

  test.each<{ exposure: unknown; says: string }>([
    { exposure: null, says: MISSING('operations') },
    {
      exposure: { operations: ['getUser'], connectionPool: {} },
      says: UNKNOWN('connectionPool', 'Remove it; fields here: operations, timeout, retries, accepts.'),
    },
  ])('that exposes with $exposure', ({ exposure, says }) => {
    expect(exposed({}, exposure)).toEqual([`shop/public: exposes users: ${says}`]);
  });

  test.each<{ name: string; first: object; second: object; says: boolean }>([
    { name: 'both by TLS', first: {}, second: {}, says: true },
    { name: 'one without TLS, which the other redirects', first: {}, second: { tls: 'none' }, says: true },
    { name: 'both without TLS, which Istio merges', first: { tls: 'none' }, second: { tls: 'none' }, says: false },
    { name: 'other pods', first: {}, second: { identity: gatewayIdentity.istioctl() }, says: false },
    { name: 'other hosts', first: {}, second: { hosts: ['c.example'] }, says: false },
  ])('that shares a host with another one: $name', ({ first, second, says }) => {
    const mesh = newMesh();
    const tls = { ...props, tls: { credentialName: 'some' }, hosts: ['a.example', 'b.example'] };
    for (const [id, more, hosts] of [
      ['first', first, ['a.example', 'b.example']],
      ['second', second, ['b.example']],
    ] as const)
      new MeshGateway(mesh, id, untyped({ ...tls, hosts, ...more })).exposes(
        service(mesh, `of-${id}`),
        untyped({ operations: ['getUser'] }),
      );
    expect(messagesIn(mesh)).toEqual(
      says
        ? [
            'shop/second: hosts: "b.example" is served by the gateway "first" on the same pods, and Istio keeps only one of two that serve a host by TLS: what the other exposes would be answered 404. Expose both from one MeshGateway, or give this one another host.',
          ]
        : [],
    );
  });

  test('that exposes nothing, or no service, or one route twice', () => {
    const mesh = newMesh();
    new MeshGateway(mesh, 'none', props);
    new MeshGateway(mesh, 'nothing', props).exposes(untyped(undefined), untyped({ operations: ['getUser'] }));
    new MeshGateway(mesh, 'twice', props)
      .exposes(service(mesh, 'users'), untyped({ operations: ['getUser'] }))
      .exposes(service(mesh, 'people'), untyped({ operations: ['getUser'] }));
    expect(messagesIn(mesh)).toEqual([
      'shop/none: exposes: nothing is exposed, so every request is answered 404. Call exposes(), or drop the gateway.',
      'shop/nothing: exposes: undefined is nothing that can be exposed, so no route comes of it. Give a MeshService.',
      'shop/twice: exposes people: GET /api/users/{user_id} is exposed already, so this one would never be reached. Keep one of them.',
    ]);
  });
});

describe('everything else', () => {
  test('without what it needs', () => {
    const mesh = newMesh();
    new ExternalService(mesh, 'external', untyped({}));
    new PostgresDatabase(mesh, 'database', untyped({}));
    new ExternalPostgres(mesh, 'elsewhere', untyped({}));
    new RabbitMq(mesh, 'rabbitmq', untyped({}));
    new Kafka(mesh, 'kafka', untyped({}));
    new VersionedRoute(mesh, 'route', untyped({}));
    const missing = (id: string, ...fields: string[]) => fields.map((field) => `shop/${id}: ${MISSING(field)}`);
    expect(messagesIn(mesh)).toEqual([
      ...missing('external', 'hosts'),
      ...missing('database', 'image', 'owner', 'database', 'password'),
      ...missing('elsewhere', 'owner', 'host', 'database', 'password'),
      ...missing('rabbitmq', 'image', 'exchange', 'events', 'queues', 'password', 'credentials'),
      ...missing('kafka', 'image', 'topics', 'clusterId'),
      ...missing('route', 'weights'),
    ]);
  });

  test('with what it does not take', () => {
    const mesh = newMesh();
    const owner = service(mesh);
    new ExternalService(
      mesh,
      'external',
      untyped({ hosts: ['*.example.com'], port: 0, tls: 'mutual', namespace: 'x' }),
    );
    new PostgresDatabase(mesh, 'database', untyped({ owner: 'orders', image: IMAGE, database: 'a', password: secret }));
    new StrictMtls(mesh, 'strict', untyped({ name: 'legacy', plainTextPorts: [8080, 'x'] }));
    new VersionedRoute(mesh, 'route', untyped({ weights: { v1: 100 }, timeOut: '3s' }));
    const events = new RabbitMq(
      mesh,
      'rabbitmq',
      untyped({
        image: IMAGE,
        exchange: 'e',
        events: { OrderCreated: 'order.created' },
        queues: { mails: ['OrderCreated', 'OrderDeleted'] },
        password: secret,
        credentials: { secret: 'conf', key: 'credentials' },
      }),
    );
    owner.publishes(events, untyped(['OrderCreate'])).consumes(events, untyped(['mail', 'sms']));
    expect(messagesIn(mesh)).toEqual([
      'shop/external: tls: "mutual" is none of the choices: nothing can be made from it. Choices: passthrough, originate, none.',
      'shop/external: port: 0 is no port: use 1 to 65535.',
      'shop/external: namespace: "x" is no namespace of the mesh (it has shop), so nobody in the mesh would see it. Name one of these.',
      'shop/external: hosts: "*.example.com" is no exact DNS name: a wildcard cannot be resolved, and an address says nothing about whom it belongs to.',
      'shop/database: owner: "orders" is no service: nobody could connect. Give the MeshService itself.',
      'shop/strict: plainTextPorts[1]: "x" is not a whole number: nothing can be made from it. Write a whole number.',
      'shop/route: timeOut: unknown field "timeOut": nothing reads it, so it would change nothing. Did you mean "timeout"?',
      'shop/rabbitmq: orders publishes "OrderCreate", which is no event here (there are OrderCreated), so nothing would ever arrive. Did you mean "OrderCreated"?',
      'shop/rabbitmq: orders consumes "mail", which is no queue here (there are mails), so nothing would ever arrive. Did you mean "mails"?',
      'shop/rabbitmq: orders consumes "sms", which is no queue here (there are mails), so nothing would ever arrive. Name one of these, or declare the queue.',
      'shop/rabbitmq: queues.mails: "OrderDeleted" is no event (there are OrderCreated), so it would receive nothing.',
      'shop/rabbitmq: credentials.key: "credentials" does not end in .conf, so RabbitMQ would not read it. Name the key 10-credentials.conf.',
    ]);
  });

  test.each([
    { key: '', says: 'the text is empty' },
    { key: 'order.*', says: '"order.*" is not the routing key of a message, such as "order.created"' },
    { key: 'order.created,order.paid', says: '"order.created,order.paid" is not the routing key of a message' },
  ])('the routing key "$key" would reach no queue', ({ key, says }) => {
    const mesh = newMesh();
    new RabbitMq(mesh, 'rabbitmq', {
      image: IMAGE,
      exchange: 'e',
      events: { OrderCreated: key },
      queues: { mails: ['OrderCreated'] },
      password: secret,
      credentials: { secret: 'conf', key: '10-credentials.conf' },
      storage: { sizeGib: 1 },
    });
    expect(messagesIn(mesh)).toEqual([expect.stringContaining(`events.OrderCreated: ${says}`)]);
  });

  test('a TCP host outside the mesh is one host, and TLS is checked for one name', () => {
    const mesh = newMesh();
    const hosts = ['a.example.com', 'b.example.com'] as const;
    new ExternalService(mesh, 'tcp', { hosts: [...hosts], tls: 'none' });
    new ExternalService(mesh, 'tls', { hosts: [...hosts], tls: 'originate' });
    new ExternalService(mesh, 'sni', { hosts: [...hosts] });
    expect(problemsIn(mesh).map(({ path }) => path)).toEqual(['shop/tcp', 'shop/tls']);
  });

  test('plain text ports need a workload and a reason', () => {
    const mesh = newMesh();
    new StrictMtls(mesh, 'strict', { name: 'legacy', plainTextPorts: [8080] });
    expect(messagesIn(mesh)).toEqual([
      'shop/strict: plainTextPorts: needs `selector`, because Istio refuses portLevelMtls for a whole namespace. Name the workload, or drop the ports.',
      `shop/strict: plainTextPorts: 8080 would take requests from anybody, unread and unnamed. Drop them, or write accepts: { 'plain-text-port': '<reason>' }.`,
    ]);
  });

  test('a topic that no cluster can hold', () => {
    const mesh = newMesh();
    new Kafka(mesh, 'kafka', {
      image: IMAGE,
      clusterId: 'x',
      brokers: 1,
      topics: { 'a;b': { partitions: 0, replicationFactor: 3, retention: '24h' } },
    });
    expect(messagesIn(mesh)).toEqual([
      'shop/kafka: topics: "a;b" is no topic name: use letters, digits, ".", "_" and "-".',
      'shop/kafka: topics.a;b.partitions: 0 is no whole number above 0.',
      'shop/kafka: topics.a;b.replicationFactor: 3 copies do not fit on 1 brokers, so Kafka would refuse the topic. Add brokers or take fewer copies.',
    ]);
  });
});

test('all problems of an app come at once, and are its whole stack', () => {
  const mesh = newMesh();
  service(mesh, 'a', { replica: 3 });
  service(mesh, 'b', { versions: {} });
  service(mesh, 'c').calls(untyped(null), untyped({}));
  try {
    (mesh.node.root as ReturnType<typeof newApp>).render();
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(SynthError);
    const { problems, message, stack } = error as SynthError;
    expect(problems.map(({ path }) => path)).toEqual(['shop/a', 'shop/b', 'shop/c']);
    expect(message).toMatch(/^3 problems, nothing was written\n/);
    expect(stack).toBe(`SynthError: ${message}`);
  }
});
