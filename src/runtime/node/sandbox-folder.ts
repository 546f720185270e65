import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { SandboxAddresses } from '../../config.ts'
import { type KeptStates, SANDBOX_TOKENS } from '../../sandbox/sandbox.ts'

/** Stands in for the sandbox's addresses until its port is known. */
export const NOWHERE: SandboxAddresses = {
  zammadUrl: 'http://127.0.0.1',
  zammadWebUrl: 'http://127.0.0.1',
  zammadToken: SANDBOX_TOKENS.bot,
  smtpUrl: 'smtp://127.0.0.1',
  secret: 'x'.repeat(32),
  webhookSecret: 'x'.repeat(32),
}

/** Keeps the sandbox's state in files beside the database, each written whole. */
export const fileStates = (folder: string): KeptStates => {
  mkdirSync(folder, { recursive: true })
  const pathOf = (name: string): string => join(folder, `sandbox-${name}.json`)
  return {
    read: (name) => (existsSync(pathOf(name)) ? readFileSync(pathOf(name), 'utf8') : null),
    write(name, state) {
      writeFileSync(`${pathOf(name)}.new`, state)
      renameSync(`${pathOf(name)}.new`, pathOf(name))
    },
  }
}

function keptSecret(folder: string, name: string): string {
  const path = join(folder, name)
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600 })
  return readFileSync(path, 'utf8')
}

/** The secrets of the sandbox in this folder, made where there are none. */
export const keptSecrets = (folder: string): Pick<SandboxAddresses, 'secret' | 'webhookSecret'> => ({
  secret: keptSecret(folder, 'sandbox-secret'),
  webhookSecret: keptSecret(folder, 'sandbox-webhook-secret'),
})

const addressesPath = (folder: string): string => join(folder, 'sandbox-addresses.json')

/** Puts down where the sandbox is, for commands that stand beside the service. */
export function tellAddresses(folder: string, addresses: SandboxAddresses): void {
  const { zammadUrl, zammadWebUrl, smtpUrl } = addresses
  writeFileSync(addressesPath(folder), JSON.stringify({ zammadUrl, zammadWebUrl, smtpUrl }))
}

const Told = z.object({ zammadUrl: z.url(), zammadWebUrl: z.url(), smtpUrl: z.url() })

/** Where the sandbox of the service in this folder is, or was when it ran last; null where there was none. */
export function sandboxIn(folder: string): SandboxAddresses | null {
  if (!existsSync(addressesPath(folder))) return null
  const told = Told.parse(JSON.parse(readFileSync(addressesPath(folder), 'utf8')))
  return { ...NOWHERE, ...told, ...keptSecrets(folder) }
}
