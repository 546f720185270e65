import { expect, test } from 'vitest'
import { linkHash, linkToken, newLink } from '../../src/conversation/link.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { aConversation } from '../support/samples.ts'

const OLD = new Secret('an old secret of more than 32 characters')
const NEW = new Secret('a new secret of more than 32 characters!')
const ADDRESS = 'ann.lee@example.org'

test('a link is 160 bits, kept as a hash, and can be made again from what is kept', async () => {
  const signer = await createSigner([OLD])
  const { token, kept } = await newLink(signer, 'conversation-1', ADDRESS)
  expect(token).toMatch(/^[0-9a-z]{32}$/)
  expect(JSON.stringify(kept)).not.toContain(token)
  expect(kept.hash).toBe(await linkHash(token.toUpperCase()))
  expect(await linkToken(signer, aConversation({ link: kept }))).toBe(token)
})

test('every conversation, address and generation has a link of its own', async () => {
  const signer = await createSigner([OLD])
  const made = await Promise.all([
    newLink(signer, 'conversation-1', ADDRESS),
    newLink(signer, 'conversation-2', ADDRESS),
    newLink(signer, 'conversation-1', 'other@example.org'),
    newLink(signer, 'conversation-1', ADDRESS, 2),
  ])
  expect(new Set(made.map(({ token }) => token)).size).toBe(4)
})

test('a link outlives a change of secrets while the old one is among them, and ends with it', async () => {
  const { token, kept } = await newLink(await createSigner([OLD]), 'conversation-1', ADDRESS)
  const conversation = aConversation({ link: kept })
  expect(await linkToken(await createSigner([NEW, OLD]), conversation)).toBe(token)
  expect(await linkToken(await createSigner([NEW]), conversation)).toBeNull()
})
