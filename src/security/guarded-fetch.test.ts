import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FetchRules, fetchGuarded, type Network } from './guarded-fetch.ts';
import { isPublicAddress } from './public-address.ts';

const PUBLIC = '93.184.215.14';
let server: Server;
let port: number;
const requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
const answers = new Map<string, (response: ServerResponse) => void>();

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push({ path: `${request.headers.host}${request.url}`, headers: request.headers });
    const answer = answers.get(request.url ?? '');
    if (answer) answer(response);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('the secret of the server');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.closeAllConnections() ?? server.close());

const redirect = (status: number, location: string) => (response: ServerResponse) => void response.writeHead(status, { location }).end();
const rules: FetchRules = {
  hosts: ['data.example', '*.sub.example', 'other.example:8080'],
  bytes: 1_000_000,
  idleMs: 20_000,
  wholeMs: 40_000,
};

/** Every name has the addresses that the test gives it; every connection goes to the one server, and is recorded. */
function fakeNetwork(names: Record<string, readonly string[]>, peer?: string) {
  const dialled: string[] = [];
  const network: Network = {
    addressesOf: async (host) => names[host] ?? [],
    connect: async ({ address, port: wanted }) => {
      dialled.push(`${address}:${wanted}`);
      const socket = connect(port, '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      return { socket, peer: peer ?? address };
    },
  };
  return { network, dialled };
}

async function read(url: string, network: Network, limits: Partial<FetchRules> = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fetchGuarded(url, { ...rules, ...limits }, network)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const names = { 'data.example': [PUBLIC], 'a.sub.example': ['2606:2800:21f::1'], 'other.example': [PUBLIC] };

test('a file of an allowed host comes whole, also behind three redirects, and nothing of the caller is sent', async () => {
  answers.set('/file', (response) => void response.end('a,b\n1,2\n'));
  answers.set('/one', redirect(301, '/two'));
  answers.set('/two', redirect(307, 'http://a.sub.example/three'));
  answers.set('/three', redirect(303, 'http://other.example:8080/file'));
  const { network, dialled } = fakeNetwork(names);
  expect(await read('http://data.example/file', network)).toBe('a,b\n1,2\n');
  expect(await read('http://DATA.example./one', network)).toBe('a,b\n1,2\n');
  expect(dialled).toEqual([`${PUBLIC}:80`, `${PUBLIC}:80`, `${PUBLIC}:80`, '2606:2800:21f::1:80', `${PUBLIC}:8080`]);
  const sent = new Set(requests.flatMap(({ headers }) => Object.keys(headers)));
  expect([...sent].sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
});

test('without a list of hosts nothing is asked of anybody', async () => {
  const { network, dialled } = fakeNetwork(names);
  await expect(read('http://data.example/file', network, { hosts: [] })).rejects.toMatchObject({ code: 'REMOTE_OFF' });
  expect(dialled).toEqual([]);
});

describe('is refused without a connection', () => {
  test.each([
    ['file:///etc/passwd', 'REMOTE_URL'],
    ['gopher://data.example/', 'REMOTE_URL'],
    ['data:text/csv,a', 'REMOTE_URL'],
    ['//data.example/file', 'REMOTE_URL'],
    ['http://user:pass@data.example/file', 'REMOTE_URL'],
    ['http://data.example@evil.example/file', 'REMOTE_URL'],
    ['http://evil.example/file', 'REMOTE_HOST'],
    ['http://data.example.evil.example/', 'REMOTE_HOST'],
    ['http://sub.example/', 'REMOTE_HOST'],
    ['http://notsub.example/', 'REMOTE_HOST'],
    ['http://data.example:22/', 'REMOTE_HOST'],
    ['http://other.example/', 'REMOTE_HOST'],
    ['http://127.0.0.1/', 'REMOTE_HOST'],
    ['http://2130706433/', 'REMOTE_HOST'],
    ['http://localhost./', 'REMOTE_HOST'],
  ])('%s', async (url, code) => {
    const { network, dialled } = fakeNetwork(names);
    await expect(read(url, network)).rejects.toMatchObject({ code });
    expect(dialled).toEqual([]);
  });

  test.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['::1']],
    [['::']],
    [['fd00::1']],
    [['fe80::1']],
    [['::ffff:10.0.0.1']],
    [['64:ff9b::a00:1']],
    [['2002:7f00:1::']],
    [[PUBLIC, '192.168.0.1']],
    [['2606:2800:21f::1', '::1']],
    [['0.0.0.0']],
    [['100.64.0.1']],
    [['not an address']],
  ])('a name with the addresses %j', async (addresses) => {
    const { network, dialled } = fakeNetwork({ 'data.example': addresses });
    await expect(read('http://data.example/file', network)).rejects.toMatchObject({ code: 'REMOTE_ADDRESS' });
    expect(dialled).toEqual([]);
  });

  test.each(['0x7f.1', '0177.0.0.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254'])(
    'an address that the owner allowed by mistake: %s',
    async (host) => {
      const { network, dialled } = fakeNetwork({});
      const url = `http://${host}/file`;
      const hosts = [new URL(url).hostname.replace(/^\[|\]$/g, '')];
      await expect(read(url, network, { hosts })).rejects.toMatchObject({ code: 'REMOTE_ADDRESS' });
      expect(dialled).toEqual([]);
    },
  );
});

test('a name that answers otherwise at the second hop, or a peer that is another, is not read', async () => {
  answers.set('/rebind', redirect(302, '/file'));
  const { network, dialled } = fakeNetwork(names);
  let asked = 0;
  const rebinding: Network = { ...network, addressesOf: async () => (asked++ === 0 ? [PUBLIC] : ['10.0.0.1']) };
  await expect(read('http://data.example/rebind', rebinding)).rejects.toMatchObject({ code: 'REMOTE_ADDRESS' });
  expect(dialled).toEqual([`${PUBLIC}:80`]);
  const before = requests.length;
  await expect(read('http://data.example/file', fakeNetwork(names, '10.0.0.1').network)).rejects.toMatchObject({ code: 'REMOTE_ADDRESS' });
  expect(requests.length).toBe(before); // not a byte was sent
});

describe('is refused on its way', () => {
  test.each([
    ['a redirect to this machine', redirect(302, 'http://127.0.0.1/'), 'REMOTE_HOST'],
    ['a redirect to a file', redirect(308, 'file:///etc/passwd'), 'REMOTE_URL'],
    ['a redirect with a password', redirect(301, 'http://u:p@data.example/'), 'REMOTE_URL'],
    ['a redirect to itself', redirect(302, '/bad'), 'REMOTE_REDIRECTS'],
    ['what is not there', (response: ServerResponse) => void response.writeHead(404).end('secret'), 'REMOTE_ANSWER'],
    [
      'a packed answer',
      (response: ServerResponse) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('a')),
      'REMOTE_ANSWER',
    ],
    [
      'a promise of too much',
      (response: ServerResponse) => void response.writeHead(200, { 'content-length': '2000000' }).write('a'),
      'REMOTE_TOO_LARGE',
    ],
    [
      'a body without end',
      (response: ServerResponse) => {
        const more = (): void => void (response.destroyed || response.write('x'.repeat(65_536), more));
        more();
      },
      'REMOTE_TOO_LARGE',
    ],
    ['a server that says nothing', () => undefined, 'REMOTE_TIMEOUT'],
    ['a body that stops', (response: ServerResponse) => void response.write('a,b\n'), 'REMOTE_TIMEOUT'],
    [
      'a body that is cut short',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' }).write('a');
        setTimeout(() => response.destroy(), 50);
      },
      'REMOTE_UNREACHABLE',
    ],
    ['a server that hangs up', (response: ServerResponse) => void response.socket?.destroy(), 'REMOTE_UNREACHABLE'],
  ])('%s', async (_, answer, code) => {
    answers.set('/bad', answer);
    const error = await read('http://data.example/bad', fakeNetwork(names).network, code === 'REMOTE_TIMEOUT' ? { idleMs: 300 } : {}).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  test('a body that drips past the whole time', async () => {
    answers.set('/drip', (response) => {
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });
    await expect(read('http://data.example/drip', fakeNetwork(names).network, { wholeMs: 400 })).rejects.toMatchObject({
      code: 'REMOTE_TIMEOUT',
    });
  });
});

test.each([
  ['8.8.8.8', true],
  ['172.15.0.1', true],
  ['172.16.0.1', false],
  ['2001:4860:4860::8888', true],
  ['2001:db8::1', false],
  ['2001::1', false],
  ['ff02::1', false],
  ['', false],
])('%s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});
