import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

// Made with `openssl req -x509` and `openssl ca`; all of them last until 2126 but the one that has expired. The key guards nothing.

const read = (name: string) => readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), 'utf8')
const key = read('leaf.key')

/** For `good.test` and 127.0.0.1, by an authority that only `trustTestAuthority` makes known. */
export const GOOD = { key, cert: read('good') }
/** As GOOD, ended in 2020. */
export const EXPIRED = { key, cert: read('expired') }
/** As GOOD, by itself. */
export const SELF_SIGNED = { key, cert: read('self-signed') }

/** As NODE_EXTRA_CA_CERTS would, for this process. */
export function trustTestAuthority(): void {
  setDefaultCACertificates([...getCACertificates('default'), read('ca')])
}
