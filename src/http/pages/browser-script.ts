/**
 * What runs in a visitor's browser. Pages are complete without it: it tells a form the visitor's time zone, keeps
 * a hasty second press from sending twice, and looks whether the page of a conversation says something new.
 */
export const BROWSER_SCRIPT = `for (const input of document.querySelectorAll('input[name="_zone"]'))
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone || ''

const HASTY_MS = 3000
for (const form of document.querySelectorAll('form[data-once]')) {
  let sentAt = -HASTY_MS
  form.addEventListener('submit', (event) => {
    if (performance.now() - sentAt < HASTY_MS) event.preventDefault()
    else sentAt = performance.now()
  })
}
const LOOK_MS = 20000
const LONGEST_MS = 300000
const PATIENCE_MS = 15000

function follow(address) {
  let tag = null
  let waitMs = LOOK_MS
  let lookedAt = performance.now()
  let timer = 0
  let state = 'idle'
  const plan = () => {
    clearTimeout(timer)
    if (state !== 'idle' || document.visibilityState !== 'visible') return
    timer = setTimeout(look, Math.max(0, lookedAt + waitMs - performance.now()))
  }
  const ask = async () => {
    const headers = tag === null ? {} : { 'If-None-Match': tag }
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const answer = await fetch(address, { cache: 'no-store', redirect: 'error', headers, signal })
    if (answer.status === 404) return 'over'
    if (answer.status === 304) return 'idle'
    if (answer.status !== 200) throw new Error('not now')
    show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
    tag = answer.headers.get('ETag')
    return 'idle'
  }
  const look = async () => {
    state = 'asking'
    try {
      state = await ask()
      waitMs = LOOK_MS
    } catch {
      state = 'idle'
      waitMs = Math.min(waitMs * 2, LONGEST_MS)
    }
    lookedAt = performance.now()
    plan()
  }
  document.addEventListener('visibilitychange', plan)
  plan()
}

const answersIn = (page) => Array.from(page.querySelectorAll('[data-answer]'), (one) => one.dataset.answer)
const stateIn = (page) => page.querySelector('[data-state]')?.dataset.state

function show(page) {
  const known = answersIn(document)
  const hasAnswer = answersIn(page).some((answer) => !known.includes(answer))
  const news = hasAnswer
    ? page.querySelector('[data-news]')?.dataset.news
    : stateIn(page) === stateIn(document)
      ? null
      : stateIn(page)
  let hasMoved = Boolean(news)
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = page.querySelector('[data-live="' + part.dataset.live + '"]')
    if (!next || next.outerHTML === part.outerHTML) continue
    if (part.dataset.live === 'thread') hasMoved = true
    replace(part, document.importNode(next, true))
  }
  // What was just done is past once something else has happened.
  if (hasMoved) document.querySelector('.done')?.remove()
  document.title = page.title
  if (news) announce(news)
}

function replace(part, next) {
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null
  part.replaceWith(next)
  if (focused !== null) next.querySelector('[href=' + JSON.stringify(focused) + ']')?.focus()
}

function announce(news) {
  const region = document.getElementById('news')
  region.textContent = ''
  // Said anew even where it is what was said last.
  setTimeout(() => (region.textContent = news), 100)
  document.title = '\\u25cf ' + document.title
  const seen = () => {
    document.title = document.title.replace(/^\\u25cf /, '')
  }
  for (const sign of ['pointerdown', 'keydown', 'focus']) addEventListener(sign, seen, { once: true })
}

const followed = document.querySelector('[data-poll]')
if (followed) follow(followed.dataset.poll)
`
