import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import pg from 'pg';

// The least that stores an order: one JSON body, validated, one insert, one answer. What a service does beyond that is
// measured by it. Variables: DATABASE_URL, PORT.
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
await pool.query(
  'create table if not exists orders (order_id uuid primary key, user_id uuid not null, items jsonb not null, created_at timestamptz not null default now())',
);

const body = {
  type: 'object',
  required: ['user_id', 'items'],
  properties: {
    user_id: { type: 'string', format: 'uuid' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['product_id', 'quantity'],
        properties: { product_id: { type: 'string' }, quantity: { type: 'integer', minimum: 1 } },
      },
    },
  },
} as const;

const app = fastify();
app.get('/readyz', () => 'ok');
app.post<{ Body: { readonly user_id: string; readonly items: readonly unknown[] } }>(
  '/api/orders',
  { schema: { body } },
  async ({ body: { user_id, items } }, reply) => {
    const order_id = randomUUID();
    await pool.query('insert into orders (order_id, user_id, items) values ($1, $2, $3)', [
      order_id,
      user_id,
      JSON.stringify(items),
    ]);
    return reply.status(201).send({ order_id, user_id, items });
  },
);
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
