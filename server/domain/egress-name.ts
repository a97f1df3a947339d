/** Names that lead inside, or mean something else on every network. Each covers what is below it. */
const BLOCKED_ZONES = ['localhost', 'localdomain', 'local', 'internal', 'home.arpa', 'svc', 'metadata.goog', 'metadata.tencentyun.com']

/** The host of a URL as names are compared: lower case, without the dots at its end that DNS reads as "nothing more follows". */
export const plainName = (host: string): string => host.toLowerCase().replace(/\.+$/, '')

/**
 * Whether a name, as `plainName` gives it, is one of this machine, this network or this cloud. A name of one label is looked up in the
 * search domains of the server's own network.
 */
export function isBlockedName(name: string): boolean {
  if (!name.includes('.')) return true
  return BLOCKED_ZONES.some((zone) => name === zone || name.endsWith(`.${zone}`))
}

/** Ports where something listens that is not HTTP and may take a request for its own protocol: the Fetch standard's list, and 0. */
export const isBlockedPort = (port: number): boolean => BLOCKED_PORTS.has(port)

const BLOCKED_PORTS = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
  119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
  989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])
