import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';
import type { JsonSchema } from './contract.ts';
import type { ProblemPart } from './problem.ts';

/** A body is taken as it is; what stands in an address or a header is text and has to become numbers. */
const strict = ajv({ coerceTypes: false });
const coercing = ajv({ coerceTypes: true });

function ajv({ coerceTypes }: { readonly coerceTypes: boolean }): Ajv2020 {
  const instance = new Ajv2020({
    allErrors: false, // with all of them a large body costs more than it is worth
    coerceTypes,
    removeAdditional: false,
    useDefaults: true,
    strict: false,
    // `example` and the like are words of OpenAPI.
    keywords: ['example'],
  });
  formats.default(instance);
  return instance;
}

/** A request that is not what its contract says. */
export class ValidationError extends Error {
  readonly parts: readonly ProblemPart[];

  constructor(part: string, errors: readonly ErrorObject[]) {
    super(`the ${part} does not match the contract`);
    this.parts = errors.map((error) => ({ at: error.instancePath.slice(0, 500), message: describe(error) }));
  }
}

const describe = ({ message = 'is wrong', params }: ErrorObject): string =>
  `${message}${'additionalProperty' in params ? `: ${JSON.stringify(params.additionalProperty)}` : ''}`.slice(0, 500);

export const compileValidator: FastifySchemaCompiler<JsonSchema> = ({ schema, httpPart = 'body' }) => {
  const validate = (httpPart === 'body' ? strict : coercing).compile(schema);
  return (value: unknown) =>
    validate(value) ? { value } : { error: new ValidationError(httpPart, validate.errors ?? []) };
};

/** Says what in an answer is not what the contract promises; for tests. */
export function responseFaults(schema: JsonSchema): (body: unknown) => readonly string[] {
  const validate = strict.compile(schema);
  return (body) =>
    validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${describe(error)}`);
}
