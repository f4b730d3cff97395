/** @file The only door through which Moat reads from another machine: hosts that the owner names, public addresses, few redirects, limits on time and size. */

import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect as connectPlain, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { MoatError } from '../engine/errors.ts';
import { isPublicAddress } from './public-address.ts';

export interface FetchRules {
  /** `data.example.org`, `data.example.org:8443`, or `*.example.org` for every host below it. */
  readonly hosts: readonly string[];
  readonly bytes: number;
  /** Without an answer, or without a further byte. */
  readonly idleMs: number;
  readonly wholeMs: number;
}

/** How names become addresses and addresses become connections; tests bring their own. */
export interface Network {
  addressesOf(host: string): Promise<readonly string[]>;
  connect(to: {
    readonly address: string;
    readonly port: number;
    readonly host: string;
    readonly isTls: boolean;
    readonly timeoutMs: number;
  }): Promise<{
    readonly socket: Duplex;
    /** The address that really answers. */
    readonly peer: string;
  }>;
}

const MOST_REDIRECTS = 3;

/**
 * The bytes at a URL. Nothing that identifies the caller is sent: no cookie, no credential, no referrer, at no hop.
 * Every hop is judged by itself: its host must be allowed, all of its addresses public, and the peer one of them.
 *
 * @throws MoatError `REMOTE_OFF`, `REMOTE_URL`, `REMOTE_HOST`, `REMOTE_ADDRESS`, `REMOTE_REDIRECTS`, `REMOTE_ANSWER`, `REMOTE_TIMEOUT`, `REMOTE_TOO_LARGE`, `REMOTE_UNREACHABLE`
 */
export async function* fetchGuarded(address: string, rules: FetchRules, network: Network = internet): AsyncGenerator<Uint8Array> {
  if (rules.hosts.length === 0) {
    throw fault(
      'reading from other machines is off',
      'REMOTE_OFF',
      'nobody has allowed a host',
      'download the file and name it, or let the owner set MOAT_REMOTE_HOSTS to the hosts that may be read',
      'forbidden',
    );
  }
  const deadline = Date.now() + rules.wholeMs;
  let url = urlOf(address, rules);
  for (let hop = 0; ; hop++) {
    const response = await open(url, rules, network);
    try {
      const { statusCode = 0, headers } = response;
      if (REDIRECTS.has(statusCode) && headers.location !== undefined) {
        if (hop === MOST_REDIRECTS)
          throw fault(
            `${shown(url)} leads from one place to the next`,
            'REMOTE_REDIRECTS',
            `more than ${MOST_REDIRECTS} redirects`,
            'name the address at the end of them',
          );
        url = urlOf(headers.location, rules, url);
        continue;
      }
      if (statusCode !== 200)
        throw fault(
          `${shown(url)} gives no file`,
          'REMOTE_ANSWER',
          `the server answers ${statusCode}`,
          'check the address in a browser that is not signed in',
        );
      const encoding = headers['content-encoding'];
      if (encoding !== undefined && encoding !== 'identity')
        throw fault(
          `${shown(url)} is packed on its way`,
          'REMOTE_ANSWER',
          'the server was asked not to, and does it all the same',
          'download the file and name it',
        );
      if (Number(headers['content-length'] ?? 0) > rules.bytes) throw tooLarge(url, rules);
      yield* bodyOf(response, url, rules, deadline);
      return;
    } finally {
      response.destroy();
    }
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

async function* bodyOf(response: IncomingMessage, url: URL, rules: FetchRules, deadline: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const idle = { timer: setTimeout(() => undefined, 0) };
  const arm = (): void => {
    clearTimeout(idle.timer);
    idle.timer = setTimeout(() => response.destroy(timeout(url)), Math.max(1, Math.min(rules.idleMs, deadline - Date.now())));
  };
  arm();
  try {
    for await (const chunk of response) {
      bytes += (chunk as Uint8Array).length;
      if (bytes > rules.bytes) throw tooLarge(url, rules);
      if (Date.now() > deadline) throw timeout(url);
      yield chunk as Uint8Array;
      arm();
    }
    if (!response.complete) throw unreachable(url);
  } catch (cause) {
    throw cause instanceof MoatError ? cause : unreachable(url, cause);
  } finally {
    clearTimeout(idle.timer);
  }
}

async function open(url: URL, rules: FetchRules, network: Network): Promise<IncomingMessage> {
  const host = hostOf(url);
  const addresses = isIP(host) ? [host] : await network.addressesOf(host).catch(() => []);
  const [first] = addresses;
  if (first === undefined) throw unreachable(url);
  // One private address among public ones is how a name is made to lead inside: none is dialled then.
  if (!addresses.every(isPublicAddress)) throw inside(url);
  const isTls = url.protocol === 'https:';
  const port = Number(url.port || (isTls ? 443 : 80));
  try {
    const { socket, peer } = await network.connect({ address: first, port, host, isTls, timeoutMs: rules.idleMs });
    if (!addresses.includes(peer) || !isPublicAddress(peer)) {
      socket.destroy();
      throw inside(url);
    }
    return await new Promise((resolve, reject) => {
      const sent = request(
        {
          createConnection: () => socket,
          method: 'GET',
          path: `${url.pathname}${url.search}`,
          headers: { host: url.host, accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'moat' },
          maxHeaderSize: 16_384,
          timeout: rules.idleMs,
        },
        resolve,
      );
      const late = setTimeout(() => sent.destroy(timeout(url)), rules.idleMs);
      sent.on('timeout', () => sent.destroy(timeout(url)));
      sent.on('error', reject);
      sent.on('close', () => clearTimeout(late));
      sent.on('response', () => clearTimeout(late));
      sent.end();
    });
  } catch (cause) {
    throw cause instanceof MoatError ? cause : unreachable(url, cause);
  }
}

/** The network of this machine: the address that was judged is the one that is dialled, whatever the name says by then. */
const internet: Network = {
  addressesOf: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: ({ address, port, host, isTls, timeoutMs }) =>
    new Promise((resolve, reject) => {
      const socket = isTls ? connectTls({ host: address, port, servername: host }) : connectPlain({ host: address, port });
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer')));
      socket.once('error', reject);
      socket.once(isTls ? 'secureConnect' : 'connect', () => {
        socket.setTimeout(0);
        resolve({ socket, peer: socket.remoteAddress ?? '' });
      });
    }),
};

function urlOf(address: string, rules: FetchRules, base?: URL): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base?.href) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw fault(
      'this is no address that is read',
      'REMOTE_URL',
      'an address starts with https:// or http://',
      'write the whole address, or download the file and name it',
      'usage',
    );
  }
  if (base?.protocol === 'https:' && url.protocol === 'http:') {
    throw fault(
      `${shown(base)} leads to an address without TLS`,
      'REMOTE_URL',
      'what was asked for under https stays under https',
      'name the address at the end of the redirects',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw fault(
      'an address holds no user and no password',
      'REMOTE_URL',
      'addresses are kept in recipes and records',
      'download the file yourself and name it',
      'usage',
    );
  }
  const host = hostOf(url);
  const wanted = url.port === '' ? host : `${host}:${url.port}`;
  const isAllowed = rules.hosts.some((allowed) => allowed === wanted || (allowed.startsWith('*.') && wanted.endsWith(allowed.slice(1))));
  if (isAllowed) return url;
  throw fault(
    `${wanted} may not be read`,
    'REMOTE_HOST',
    'it is not among the hosts that the owner allows',
    `add it to MOAT_REMOTE_HOSTS, which holds: ${rules.hosts.join(', ')}`,
    'forbidden',
  );
}

/** Without the brackets of IPv6 and the full stop at the end of a name. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** Without what stands behind a question mark: it may let somebody in. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function inside(url: URL): MoatError {
  return fault(
    `${url.host} is not on the public internet`,
    'REMOTE_ADDRESS',
    'its name leads, or may lead, to a private or special address',
    'copy the file here and name it',
    'forbidden',
  );
}

function timeout(url: URL): MoatError {
  return fault(
    `${shown(url)} takes too long`,
    'REMOTE_TIMEOUT',
    'no further byte came within the limit',
    'try again, or download the file and name it',
    'unavailable',
  );
}

function unreachable(url: URL, cause?: unknown): MoatError {
  return fault(
    `${url.host} cannot be read`,
    'REMOTE_UNREACHABLE',
    'there is no such host, it does not answer, or it hung up',
    'try again, or download the file and name it',
    'unavailable',
    cause,
  );
}

function tooLarge(url: URL, { bytes }: FetchRules): MoatError {
  return fault(
    `${shown(url)} is too large`,
    'REMOTE_TOO_LARGE',
    `it has more than ${Math.floor(bytes / 2 ** 20)} MiB`,
    'download the file and name it',
    'too_large',
  );
}

function fault(
  message: string,
  code: string,
  why: string,
  fix: string,
  kind: 'invalid' | 'usage' | 'forbidden' | 'unavailable' | 'too_large' = 'invalid',
  cause?: unknown,
): MoatError {
  return new MoatError(message, { code, why, fix, kind, ...(cause !== undefined && { cause }) });
}
