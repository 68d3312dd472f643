import { describe, expect, test } from 'vitest';
import { given, problemText } from '../../charts-src/model/given.ts';
import type { ObjectSchema } from '../../charts-src/model/schema.ts';

const schema: ObjectSchema = {
  type: 'object',
  fields: {
    name: 'string',
    size: { type: 'object', fields: { width: 'number', height: 'number' }, required: ['width'] },
    parts: {
      type: 'map',
      values: { type: 'object', fields: { image: 'string', note: 'string' }, required: ['image'] },
    },
    tags: { type: 'list', items: 'string' },
    keys: { type: 'list', items: { type: 'object', fields: { id: 'string', note: 'string' }, required: ['id'] } },
    owner: 'any',
  },
  required: ['name', 'parts'],
};
const standIns = { name: 'nobody', parts: { one: { image: 'none' } }, 'parts.*.image': 'none' };
const take = (props: unknown) => given(schema, props as object, standIns);
const good = { name: 'a', parts: { one: { image: 'b' } } };

describe('what is fine', () => {
  test('is taken as it is', () => {
    const { props, problems, wrong } = take(good);
    expect(props).toBe(good);
    expect(problems).toEqual([]);
    expect(wrong.size).toBe(0);
  });

  test('loses what is undefined, which counts as left out, at every depth', () => {
    const owner = { kept: undefined };
    const { props, problems } = take({
      ...good,
      tags: undefined,
      parts: { one: { image: 'b', note: undefined }, two: undefined },
      keys: [{ id: 'c', note: undefined }],
      owner,
    });
    expect(problems).toEqual([]);
    expect(props).toStrictEqual({ name: 'a', parts: { one: { image: 'b' } }, keys: [{ id: 'c' }], owner });
    // What no schema knows is somebody else's.
    expect((props as { owner: unknown }).owner).toBe(owner);
  });
});

describe('what is wrong', () => {
  test.each<{ name: string; props: unknown; becomes: unknown; at: string[]; wrong: string[] }>([
    {
      name: 'everything missing',
      props: undefined,
      becomes: { name: 'nobody', parts: { one: { image: 'none' } } },
      at: ['name', 'parts'],
      wrong: ['name', 'parts'],
    },
    {
      name: 'no object at all',
      props: 'text',
      becomes: { name: 'nobody', parts: { one: { image: 'none' } } },
      at: ['props'],
      wrong: [''],
    },
    { name: 'an unknown field', props: { ...good, nmae: 'b' }, becomes: good, at: ['nmae'], wrong: ['nmae'] },
    { name: 'an optional field', props: { ...good, tags: 'x' }, becomes: good, at: ['tags'], wrong: ['tags'] },
    // Items cannot be taken out: the others would have another place.
    { name: 'an item', props: { ...good, tags: ['x', 5] }, becomes: good, at: ['tags[1]'], wrong: ['tags'] },
    {
      name: 'an optional field of an item',
      props: { ...good, keys: [{ id: 'a' }, { id: 'b', note: 5 }] },
      becomes: { ...good, keys: [{ id: 'a' }, { id: 'b' }] },
      at: ['keys[1].note'],
      wrong: ['keys'],
    },
    {
      name: 'a required field without stand-in',
      props: { ...good, size: { height: 5 } },
      becomes: good,
      at: ['size.width'],
      wrong: ['size'],
    },
    {
      name: 'a required field with one, in a map',
      props: { ...good, parts: { one: { image: 5, note: 'x' }, two: {} } },
      becomes: { ...good, parts: { one: { image: 'none', note: 'x' }, two: { image: 'none' } } },
      at: ['parts.one.image', 'parts.two.image'],
      wrong: ['parts'],
    },
    {
      name: 'an entry of a map',
      props: { ...good, parts: { one: { image: 'b' }, two: 5 } },
      becomes: good,
      at: ['parts.two'],
      wrong: ['parts'],
    },
  ])('$name', ({ props, becomes, at, wrong }) => {
    const before = JSON.stringify(props);
    const taken = take(props);
    expect(taken.props).toEqual(becomes);
    expect(taken.problems.map((problem) => problem.split(': ')[0])).toEqual(at);
    expect([...taken.wrong]).toEqual(wrong);
    expect(JSON.stringify(props)).toBe(before);
  });

  test('may be something that no schema can tell', () => {
    const taken = given(schema, { ...good, owner: 5 }, { ...standIns, owner: 'somebody' }, ({ owner }) =>
      owner === 5 ? [{ path: ['owner'], what: '5 is nobody', why: 'nothing works', fix: 'give somebody' }] : [],
    );
    expect(taken.problems).toEqual(['owner: 5 is nobody: nothing works. Give somebody.']);
    expect(taken.props).toEqual({ ...good, owner: 'somebody' });
  });
});

test('a problem is said in sentences', () => {
  const parts = { what: 'size is missing', why: 'nothing can be made', fix: 'add "size"' };
  expect(problemText({ path: ['size'], ...parts })).toBe('size: is missing: nothing can be made. Add "size".');
  expect(problemText({ path: [], ...parts, fix: 'did you mean it?' }, 'the file')).toBe(
    'the file: size is missing: nothing can be made. Did you mean it?',
  );
});
