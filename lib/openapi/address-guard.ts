import { lookup } from "node:dns/promises";
import { BlockList, isIP, isIPv4 } from "node:net";

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** IPv4 that is not public: IANA's special-purpose registry (RFC 6890), plus cloud metadata outside of it. */
const REFUSED_IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  // Azure's wire server: looks public, answers only from inside.
  ["168.63.129.16", 32],
];

/** Of IPv6 only global unicast (2000::/3) is public, and of that not these. */
const REFUSED_IPV6: readonly (readonly [network: string, prefix: number])[] = [
  // Teredo, ORCHID and other protocol assignments.
  ["2001::", 23],
  ["2001:db8::", 32],
  // 6to4 holds an IPv4 address that a relay would go to.
  ["2002::", 16],
  ["3fff::", 20],
];

const refused = new BlockList();
for (const [network, prefix] of REFUSED_IPV4) {
  refused.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of REFUSED_IPV6) {
  refused.addSubnet(network, prefix, "ipv6");
}
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");
const nat64 = new BlockList();
nat64.addSubnet("64:ff9b::", 96, "ipv6");

/** Whether an address is one that anybody on the internet could reach: no way round a firewall leads through it. */
export function isPublicAddress(address: string): boolean {
  // "fe80::1%eth0"
  const [plain = ""] = address.split("%");
  if (isIPv4(plain)) {
    return !refused.check(plain, "ipv4");
  }
  if (isIP(plain) !== 6) {
    return false;
  }
  if (nat64.check(plain, "ipv6")) {
    const embedded = lastIpv4(plain);
    return embedded !== undefined && isPublicAddress(embedded);
  }
  return globalUnicast.check(plain, "ipv6") && !refused.check(plain, "ipv6");
}

/** The IPv4 address in the last 32 bits of an IPv6 address: "64:ff9b::808:808" holds 8.8.8.8. */
function lastIpv4(address: string): string | undefined {
  const host = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const groups = host.split(":");
  const [high = "", low = ""] = groups.slice(-2);
  const bits = Number.parseInt(high || "0", 16) * 65_536 + Number.parseInt(low || "0", 16);
  return Number.isNaN(bits) ? undefined : [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join(".");
}

export type NameLookup = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** All addresses of a name, as the system resolves it. @throws when there are none */
export const lookupName: NameLookup = async (hostname) => {
  const addresses = await lookup(hostname, { all: true, verbatim: true });
  return addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** Says of an address whether it may be connected to. */
export type AddressRule = (address: string) => boolean;

export class AddressRefused extends Error {
  constructor(
    readonly hostname: string,
    readonly address: string,
  ) {
    super(`${hostname} is at ${address}`);
  }
}

/**
 * The addresses a host of a URL may be connected at.
 * @param host name, IPv4, or IPv6 with or without brackets
 * @throws AddressRefused when the rule refuses any of them: a name with one public and one private address is an attack
 */
export async function resolveHost(
  host: string,
  isAllowed: AddressRule,
  look: NameLookup,
): Promise<readonly ResolvedAddress[]> {
  const bare = host.replace(/^\[|\]$/g, "");
  const family = isIP(bare);
  const addresses: readonly ResolvedAddress[] =
    family === 0 ? await look(bare) : [{ address: bare, family: family === 6 ? 6 : 4 }];
  const refusedAddress = addresses.find(({ address }) => !isAllowed(address));
  if (refusedAddress !== undefined) {
    throw new AddressRefused(bare, refusedAddress.address);
  }
  return addresses;
}
