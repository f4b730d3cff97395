/** @file Which addresses belong to the public internet: everything else is this machine, this network, or nothing that a stranger's link may reach. */

import { BlockList, isIP } from 'node:net';

/** False for loopback, private, link-local, shared, documentation, multicast and every other special range, in IPv4, IPv6, and IPv4 inside IPv6. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !SPECIAL.check(address, 'ipv4');
  if (family === 6) return GLOBAL.check(address, 'ipv6') && !SPECIAL.check(address, 'ipv6');
  return false;
}

/** IANA's special-purpose registries of IPv4 and IPv6. */
const SPECIAL = new BlockList();
for (const range of [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by carriers
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, and the metadata of clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
]) {
  addRange(SPECIAL, range, 'ipv4');
}
for (const range of [
  '2001::/23', // protocol assignments, Teredo among them
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address inside
  '3fff::/20', // documentation
]) {
  addRange(SPECIAL, range, 'ipv6');
}

/** All of IPv6 that is given out; loopback, mapped IPv4, NAT64, unique local, link-local and multicast lie outside. */
const GLOBAL = new BlockList();
addRange(GLOBAL, '2000::/3', 'ipv6');

function addRange(list: BlockList, range: string, family: 'ipv4' | 'ipv6'): void {
  const [network, prefix] = range.split('/') as [string, string];
  list.addSubnet(network, Number(prefix), family);
}
