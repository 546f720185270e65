import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asToken, createSigner, Secret, sha256 } from '../src/secret.ts'

const OLD = new Secret('an old secret of more than 32 characters')
const NEW = new Secret('a new secret of more than 32 characters!')

async function tokenOf(secrets: readonly [Secret, ...Secret[]], parts: readonly string[]): Promise<string> {
  const signature = await (await createSigner(secrets)).sign(parts)
  if (!signature) throw new Error('the first secret always signs')
  return asToken(signature)
}

test('a secret shows itself to nobody who does not ask for it', () => {
  const shown = [String(OLD), JSON.stringify({ OLD }), inspect(OLD, { depth: 9, showHidden: true }), `${OLD}`]
  for (const text of shown) expect(text).not.toContain('an old secret')
  expect(OLD.reveal()).toContain('an old secret')
})

test('what a retired secret signed is still known, and the new one signs', async () => {
  const signer = await createSigner([NEW, OLD])
  expect(await signer.verifies(['a'], await tokenOf([OLD], ['a']))).toBe(true)
  expect(await signer.verifies(['a'], await tokenOf([NEW], ['a']))).toBe(true)
  expect(signer.keyId).toBe((await createSigner([NEW])).keyId)
  expect(await (await createSigner([NEW])).verifies(['a'], await tokenOf([OLD], ['a']))).toBe(false)
})

test('a secret that is no longer among ours signs nothing', async () => {
  const { keyId } = await createSigner([OLD])
  expect(await (await createSigner([NEW])).sign(['a'], keyId)).toBeNull()
  const again = await (await createSigner([NEW, OLD])).sign(['a'], keyId)
  expect(again && asToken(again)).toBe(await tokenOf([OLD], ['a']))
})

test('no two lists of parts are signed alike', async () => {
  const signer = await createSigner([OLD])
  const parts = fc.array(fc.string({ maxLength: 4 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(parts, parts, async (a, b) => {
      const token = asToken((await signer.sign(a)) ?? new Uint8Array())
      expect(await signer.verifies(b, token)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
    { numRuns: 300 },
  )
})

test('a token with one other character is no token', async () => {
  const signer = await createSigner([OLD])
  const token = await tokenOf([OLD], ['a', 'b'])
  expect(token).toMatch(/^[0-9a-z]{32}$/)
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === '0' ? '1' : '0'
    expect(await signer.verifies(['a', 'b'], token.slice(0, at) + other + token.slice(at + 1))).toBe(false)
  }
})

test('the name of a key tells nothing that signs', async () => {
  const { keyId } = await createSigner([OLD])
  expect(keyId).toMatch(/^[0-9a-f]{8}$/)
  expect((await sha256(OLD.reveal())).startsWith(keyId)).toBe(false)
})

test('SHA-256 is that of FIPS 180-4', async () => {
  expect(await sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
