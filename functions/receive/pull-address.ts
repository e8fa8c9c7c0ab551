/** Which addresses the hub may ask (PULL-02, PULL-18 to PULL-20). */
import { BlockList, isIP } from "node:net";

/** Why a run stopped; the cursor is kept. The text never holds a secret, a body or the rest of an address (PULL-21). */
export class PullError extends Error {
  override name = "PullError";
  readonly code: string;
  readonly reason: string;

  constructor(code: string, reason: string) {
    super(code);
    this.code = code;
    this.reason = reason;
  }
}

export interface AddressRules {
  readonly hosts: readonly string[];
  /** Addresses of a name. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Only the local host sets this, for test doubles on 127.0.0.1. */
  readonly loopback: boolean;
}

const notPublic = new BlockList();
const v4 = [
  ...[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
  ],
  ...[
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
  ],
];
// 64:ff9b::/96, 2002::/16 and ::/96 carry IPv4 addresses inside.
const v6 = [
  "::/96",
  "64:ff9b::/96",
  "100::/64",
  "2001:db8::/32",
  "2002::/16",
  "fc00::/7",
  "fe80::/10",
  "ff00::/8",
];
for (const [list, family] of [
  [v4, "ipv4"],
  [v6, "ipv6"],
] as const) {
  for (const range of list) {
    const [net = "", bits] = range.split("/");
    notPublic.addSubnet(net, Number(bits), family);
  }
}

/** Not private, loopback, link-local (169.254.169.254), multicast or made for documents; IPv4-mapped forms count as IPv4. */
export function isPublic(address: string): boolean {
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIP(mapped) === 4) return isPublic(mapped);
  const family = isIP(address);
  if (family === 0 || mapped !== undefined) return false;
  return !notPublic.check(address, family === 6 ? "ipv6" : "ipv4");
}

const isLoopback = (host: string) => host === "localhost" || host === "127.0.0.1" || host === "[::1]";

/**
 * An absolute address, checked: https, no user in it, a listed host, and a public one.
 *
 * The name is resolved and every address of it must be public; the connection then resolves it again, because fetch
 * takes no address of ours. A name that changes in between is not caught here, and the network rules of the function
 * are what stops it.
 * @throws PullError
 */
export async function checkedAddress(text: string, base: string, rules: AddressRules): Promise<string> {
  let url: URL;
  try {
    url = new URL(text, base.endsWith("/") ? base : `${base}/`);
  } catch {
    throw new PullError("bad-address", "The server named an address that is none.");
  }
  if (url.username !== "" || url.password !== "")
    throw new PullError("bad-address", "An address with a user in it is not asked.");
  if (!rules.hosts.includes(url.host)) {
    throw new PullError(
      "host-not-listed",
      "The server named a host that is not on this source's list; it was not asked.",
    );
  }
  if (rules.loopback && isLoopback(url.hostname) && ["http:", "https:"].includes(url.protocol))
    return url.href;
  if (url.protocol !== "https:") throw new PullError("not-https", "Only https addresses are asked.");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) === 0 ? await resolved(host, rules) : [host];
  if (addresses.length === 0 || !addresses.every(isPublic))
    throw new PullError("not-public", "The name leads to an address that is not public; it was not asked.");
  return url.href;
}

async function resolved(host: string, rules: AddressRules): Promise<readonly string[]> {
  try {
    return await rules.resolve(host);
  } catch {
    throw new PullError("name-not-found", "The name of the server cannot be resolved.");
  }
}
