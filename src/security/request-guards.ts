/**
 * @file Which requests a server on this machine answers at all: only those that were sent to it by its own name.
 *
 * Any page in a browser can send requests to a local server. The Host header tells whether the page reached us under
 * a name of its own (DNS rebinding); Origin and Sec-Fetch-Site tell whether a foreign page sent it (request forgery).
 * Names are compared exactly, never parsed: `LOCALHOST`, `localhost.`, `127.1` and `0x7f.1` are not our name.
 */

import { MoatError } from '../engine/errors.ts';

/** The parts of Node's `IncomingMessage` that are looked at; raw headers, since Node drops the second Host from the others. */
export interface GuardedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
}

/** Where the server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** All checks, for every method. Errors: `HTTP_HOST_REFUSED`, `HTTP_ORIGIN_REFUSED`, `HTTP_CROSS_SITE`; kind `forbidden`. */
export function checkRequest(request: GuardedRequest, address: ListenAddress): void {
  checkHost(request, address);
  checkOrigin(request, address);
  checkFetchSite(request);
}

/** The Host must be there once, and be one of our names with our port; the path must not carry a host of its own. */
export function checkHost({ method, url = '', rawHeaders }: GuardedRequest, address: ListenAddress): void {
  const hosts = valuesOf(rawHeaders, 'host');
  const isOwn = hosts.length === 1 && authorities(address).includes(hosts[0] as string);
  const isPath = url.startsWith('/') || (method === 'OPTIONS' && url === '*');
  if (isOwn && isPath) return;
  throw new MoatError('the request was not sent to this server by its own name', {
    code: 'HTTP_HOST_REFUSED',
    kind: 'forbidden',
    why: isOwn
      ? 'its target is not a path'
      : hosts.length === 1
        ? 'its Host header is another name or port'
        : `it carries ${hosts.length} Host headers`,
    fix: `send it to http://${authorities(address)[0]}`,
  });
}

/** An Origin, where there is one, must be our own; `null` is the origin of sandboxed and of local pages. */
export function checkOrigin({ rawHeaders }: GuardedRequest, address: ListenAddress): void {
  const origins = valuesOf(rawHeaders, 'origin');
  const own = authorities(address).map((authority) => `http://${authority}`);
  if (origins.length === 0 || (origins.length === 1 && own.includes(origins[0] as string))) return;
  throw new MoatError('the request was sent by a page of another origin', {
    code: 'HTTP_ORIGIN_REFUSED',
    kind: 'forbidden',
    why: 'its Origin header is not the address of this server',
    fix: 'call the server from a program, or through a back end of your own',
  });
}

/**
 * What a browser says of the sender. A foreign page may lead a person here by a link, and nothing else. A request with a
 * cookie comes from a browser; one that changes state must then say where it was sent from.
 */
export function checkFetchSite({ method = 'GET', rawHeaders }: GuardedRequest): void {
  const [site] = valuesOf(rawHeaders, 'sec-fetch-site');
  const isSafe = method === 'GET' || method === 'HEAD';
  const isLink =
    isSafe && valuesOf(rawHeaders, 'sec-fetch-mode')[0] === 'navigate' && valuesOf(rawHeaders, 'sec-fetch-dest')[0] === 'document';
  const isNamed = site !== undefined || valuesOf(rawHeaders, 'origin').length > 0;
  const isAccepted =
    site === undefined ? isSafe || isNamed || valuesOf(rawHeaders, 'cookie').length === 0 : OWN_SITES.includes(site) || isLink;
  if (isAccepted) return;
  throw new MoatError('the request was sent by a page of another site', {
    code: 'HTTP_CROSS_SITE',
    kind: 'forbidden',
    why: site === undefined ? 'it carries a cookie, but neither Origin nor Sec-Fetch-Site' : 'its Sec-Fetch-Site header says so',
    fix: 'call the server from a program, or through a back end of your own',
  });
}

/** `none` is a person who typed the address. */
const OWN_SITES: readonly string[] = ['same-origin', 'none'];

/** Our names, as clients write them: every way to say loopback, when that is where we listen. Port 80 may be left out. */
export function authorities({ host, port }: ListenAddress): string[] {
  const names = host === 'localhost' || host === '127.0.0.1' || host === '::1' ? [host, '127.0.0.1', 'localhost', '::1'] : [host];
  const written = [...new Set(names)].map((name) => (name.includes(':') ? `[${name}]` : name));
  const withPort = written.map((name) => `${name}:${port}`);
  return port === 80 ? [...withPort, ...written] : withPort;
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if ((rawHeaders[i] as string).toLowerCase() === name) values.push(rawHeaders[i + 1] as string);
  }
  return values;
}
