import { expect, test } from 'vitest'
import { darkContent, styled } from '../../src/mail/content-style.ts'
import { ACCENT } from '../../src/mail/tokens.ts'

const tagsOf = (html: string): readonly string[] => html.match(/<[a-z0-9]+/g) ?? []

test.for(['a', 'p', 'ul', 'ol', 'li', 'table', 'th', 'td', 'blockquote', 'pre', 'code', 'img', 'hr', 'h2'])(
  '<%s> has a look of its own, also where no style sheet is read',
  (tag) => {
    expect(styled(`<${tag} title="a">`, ACCENT)).toMatch(new RegExp(`^<${tag} style="[^"]+" title="a">$`))
    expect(styled(`<${tag}>`, ACCENT)).toMatch(new RegExp(`^<${tag} style="[^"]+">$`))
  },
)

test.for(['<div>', '<b>', '</p>', '<br />', '<abbr title="p">', '<constructor>', '&lt;p&gt;', 'a < p > b'])(
  '%s stays as it is',
  (html) => {
    expect(styled(html, ACCENT)).toBe(html)
  },
)

test('an empty tag stays one', () => {
  expect(styled('<img src="cid:a" />', ACCENT)).toMatch(/^<img style="[^"]+" src="cid:a" \/>$/)
})

test('what a tag says of its own look wins over ours', () => {
  expect(styled('<td style="text-align: right" colspan="2">', ACCENT)).toMatch(
    /^<td style="[^"]+; text-align: right" colspan="2">$/,
  )
})

test('headings follow the one of the mail without a gap', () => {
  const bare = styled('<h3>a</h3><h4 dir="rtl">b</h4><p>&lt;h3&gt;</p>', ACCENT).replace(
    / style="[^"]*"/g,
    '',
  )
  expect(bare).toBe('<h2>a</h2><h3 dir="rtl">b</h3><p>&lt;h3&gt;</p>')
})

test('nothing is added or lost but looks', () => {
  const html = '<p>a</p><ul><li>b <a href="https://x.test/?a=1&amp;b=2">c</a></li></ul><pre>&lt;p&gt;</pre>'
  const after = styled(html, ACCENT)
  expect(tagsOf(after)).toEqual(tagsOf(html))
  expect(after.replace(/ style="[^"]*"/g, '')).toBe(html)
})

test('links take the accent of the site in both schemes', () => {
  const accent = { light: '#123456', dark: '#abcdef' }
  expect(styled('<a href="#">', accent)).toContain('color: #123456')
  expect(darkContent(accent)).toContain('color: #abcdef !important')
})
