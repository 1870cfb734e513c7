/** The JSON of container engines, in archives. */
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import type { Edits } from '../../src/edit/edits.ts';
import { replaceValues } from '../../src/edit/json-values.ts';
import { imageLines } from '../lines.ts';
import { edited, type Edited } from './edited.ts';

const SPEC = {
  ociVersion: '1.2.0',
  process: {
    user: { uid: 0, gid: 0, additionalGids: [0, 5] },
    env: ['PATH=/srv/app:/bin', 'HOSTNAME=old', 'HOME='],
    cwd: '/srv/app',
  },
  hostname: 'old',
  mounts: [{ destination: '/srv/app/data', source: '/srv/application' }],
  linux: { resources: { memory: { limit: 1 } } },
};
const CONFIG = { spec: SPEC, newPortMappings: [{ host_ip: '', container_port: 80, host_port: 80, protocol: 'tcp' }] };
const NETWORK = { podman: { interfaces: { eth0: { subnets: [{ ipnet: '10.88.0.5/16', gateway: '10.88.0.1' }] } } } };

function lines(): object[] {
  // Numbers and blanks that JSON.parse and JSON.stringify would not keep.
  const spec = JSON.stringify(SPEC, null, 3).replace('"limit": 1', '"limit":  9223372036854771712');
  const file = (image: string, text: string): object[] => {
    const bytes = Buffer.from(text);
    const tar = { size: bytes.length, header: 'AAAA', mode: '0600' };
    const piece = { offset: 0, length: bytes.length, data: bytes.toString('base64') };
    const [begin, ...rest] = imageLines(image, 'RAW', { piece });
    return [{ ...begin, begin: { tar } }, ...rest];
  };
  return [
    ...file('config.dump', JSON.stringify(CONFIG)),
    ...file('spec.dump', spec),
    ...file('network.status', JSON.stringify(NETWORK)),
    ...file('other.dump', JSON.stringify(SPEC)),
  ];
}

function texts({ lines: all }: Edited): Map<string, string> {
  const found = new Map<string, string>();
  for (const { image, piece } of all)
    if (piece) found.set(image, (found.get(image) ?? '') + Buffer.from(piece.data ?? '', 'base64').toString());
  return found;
}

const run = (edits: Edits): Edited => edited(lines(), edits, { ifPresent: true });
const summary = ({ changes }: Edited): unknown[] => changes.map(({ image, field, new: now }) => [image, field, now]);

test('host name, environment and owners of the specification', () => {
  assert.deepEqual(summary(run({ hostname: 'web' })), [
    ['config.dump', 'spec.process.env.1', 'HOSTNAME=web'],
    ['config.dump', 'spec.hostname', 'web'],
    ['spec.dump', 'process.env.1', 'HOSTNAME=web'],
    ['spec.dump', 'hostname', 'web'],
  ]);
  assert.deepEqual(summary(run({ env: 'HOME=/root' })).slice(1), [['spec.dump', 'process.env.2', 'HOME=/root']]);
  assert.deepEqual(summary(run({ gid: '5=6' })).slice(1), [['spec.dump', 'process.user.additionalGids.1', 6]]);
});

test('paths, ports and addresses', () => {
  assert.deepEqual(summary(run({ path: '/srv/app=/opt' })).slice(2), [
    ['spec.dump', 'process.cwd', '/opt'],
    ['spec.dump', 'mounts.0.destination', '/opt/data'],
  ]);
  assert.deepEqual(summary(run({ port: '80:8080' })), [['config.dump', 'newPortMappings.0.container_port', 8080]]);
  assert.deepEqual(summary(run({ address: '10.88.0.0/16=10.99.0.0/16' })), [
    ['network.status', 'podman.interfaces.eth0.subnets.0.ipnet', '10.99.0.5/16'],
    ['network.status', 'podman.interfaces.eth0.subnets.0.gateway', '10.99.0.1'],
  ]);
});

test('all else of the text stays, and the sizes of the archive go', () => {
  const before = texts(run({ hostname: 'old' }));
  const away = run({ hostname: 'a much longer name' });
  const after = texts(away);
  assert.equal(after.get('spec.dump'), before.get('spec.dump')?.replaceAll('old"', 'a much longer name"'));
  assert.ok(after.get('spec.dump')?.includes('"limit":  9223372036854771712'));
  assert.equal(after.get('other.dump'), before.get('other.dump'));
  const begins = away.lines.filter(({ begin }) => begin);
  assert.deepEqual(begins[1]?.begin, { tar: { mode: '0600' } });
  assert.equal(JSON.stringify(begins[2]), JSON.stringify(lines()[6]));
});

test('what is no JSON is an error', () => {
  const [begin, , end] = imageLines('spec.dump', 'RAW', {});
  const piece = {
    image: 'spec.dump',
    magic: 'RAW',
    piece: { offset: 0, length: 3, data: Buffer.from('{"a').toString('base64') },
  };
  assert.throws(() => edited([begin ?? {}, piece, end ?? {}], { hostname: 'x' }), /spec.dump: .*is not JSON/);
});

test('every value of a text is found at its path', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1), (text, indent) => {
      const value: unknown = JSON.parse(text);
      const spaced = JSON.stringify(value, null, indent);
      assert.equal(
        replaceValues(spaced, (_path, each) => each),
        spaced,
      );
      const same = replaceValues(spaced, (path, each) => {
        const found = path.reduce<unknown>((part, key) => Reflect.get(Object(part), key), value);
        assert.deepEqual(found, each);
        return typeof each === 'string' ? `${each}+` : undefined;
      });
      assert.equal(
        JSON.stringify(JSON.parse(same)),
        JSON.stringify(value, (_key, each: unknown) => (typeof each === 'string' ? `${each}+` : each)),
      );
    }),
  );
});
