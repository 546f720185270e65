/** What a real set-up needs. Nobody answers where its Zammad and its mail server are. */
export const REAL_SETTINGS = {
  SECRET: 'k'.repeat(32),
  ZAMMAD_URL: 'http://127.0.0.1:9',
  ZAMMAD_TOKEN: 'token-of-the-bot',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'desk@desk.example',
} as const
