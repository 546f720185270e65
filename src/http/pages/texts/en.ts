export const en = {
  skip: 'Skip to the content',
  languages: 'Language',
  sandbox: 'Sandbox: nothing leaves this machine',
  sandboxForm: 'Form',
  sandboxDesk: 'Zammad',
  sandboxMailbox: 'Mailbox',
  policy: 'Privacy and acceptable use',
  answeredWithin: (hours: string) => `Answered within ${hours}\u00a0hours`,
  errorTitle: 'Error: ',

  home: {
    title: 'How can we help?',
    promise: (hours: string) =>
      `Choose what your question is about. You get an answer by email within ${hours}\u00a0hours.`,
    ways: 'Ways in',
    withLogin: 'With a login',
    withLoginText: 'Sign in and see all your tickets in one place:',
    without: 'Without a login',
    withoutText: 'No account is needed:',
    choose: 'choose a topic',
    topics: 'Topics',
  },

  form: {
    help: 'You may find it here at once',
    required: 'Fields with * must be filled in.',
    noPatients: 'No patient images, names, identifiers or dates of birth.',
    choose: 'Choose',
    readPolicy: 'Read the policy',
    newTab: '(opens in a new tab)',
    leaveEmpty: 'Leave this empty',
    fileLimits: (count: string, size: string, endings: string) =>
      `Up to ${count} files, ${size} in all: ${endings}.`,
    send: 'Send request',
    sendAsNew: 'Send as a new request',
    problem: 'There is a problem',
    error: 'Error:',
    chooseFilesAgain: 'Your files were not kept. Choose them again before you send.',
    notices: {
      'token-expired': {
        title: 'Send your request once more',
        text: 'This page had been open for more than a day, so nothing was sent. Your text is below. Check it and send it again.',
      },
      'already-sent-other': {
        title: 'You have already sent this form',
        text: 'We have your first request and have not changed it. This text differs from it and was not sent. If it is another request, send it as a new one.',
      },
      'filled-by-program': {
        title: 'Check your request and send it once more',
        text: 'Something was written into a field that people do not see, as programs do. It is empty again now, and your text is below.',
      },
      'files-too-large': {
        title: 'Your files are too large',
        text: 'Nothing was sent. Your text is below. Choose smaller files, or send the request without them.',
      },
      'too-many-files': {
        title: 'There are too many files',
        text: 'Nothing was sent. Your text is below. Choose fewer files, or put several in one document.',
      },
      'too-many-requests': {
        title: 'Wait a little, then send again',
        text: 'Many requests came from your network within a short time, so this one was not sent. Your text is below. Send it again in a few minutes.',
      },
      unavailable: {
        title: 'We could not take your request',
        text: 'Something on our side did not work. Your text is below. Send it again in a minute: it never arrives twice.',
      },
    },
  },

  conversation: {
    title: 'We have your request',
    number: 'Your ticket number',
    reference: 'Your reference',
    numberFollows: 'Your ticket number will appear here.',
    states: {
      received: 'Received',
      opened: 'With the helpdesk',
      answered: 'Answered',
      closed: 'Closed',
      merged: 'Handled together with another request',
      'out-of-sight': 'With a team whose work we cannot follow from here',
      gone: 'No longer in our helpdesk',
    },
    withUnit: (unit: string) => `With ${unit}`,
    notYetOpened: 'Your request is safe with us. The ticket is opened as soon as our helpdesk answers.',
    withStaff: 'Your request is safe with us. Our staff is opening the ticket by hand.',
    numberStays: 'The number above is yours already and will not change.',
    deskUnreachable:
      'Our helpdesk does not answer at the moment. Your request goes in by itself as soon as it does. You do not need to send it again.',
    answerBy: 'Answer by',
    answerWasDue: 'Answer was due',
    yourTime: (zone: string) => `(your time, ${zone})`,
    zoneTime: (zone: string) => `(${zone} time)`,
    timeLeft: (duration: string) => `in ${duration}`,
    late: (duration: string) => `${duration} late. We are sorry, and we are still on it.`,
    answersGoTo: 'Answers go to',
    keep: 'Keep this link',
    keepText: 'It is private and opens this page. We also send it to you by email.',
    sent: 'What you sent',
    sentAt: 'Sent',
    topic: 'Topic',
    files: 'Files',
    empty: 'Not filled in',
  },

  failures: {
    home: 'Go to the first page',
    wait: (duration: string) => `Wait ${duration}, then go back and send again.`,
    404: {
      title: 'We cannot find this page',
      happened: 'The address is not complete, or the link is no longer valid.',
      safe: 'Requests that you have sent are safe and will be answered by email.',
      next: 'Open the link from our latest email again, or start from the first page.',
    },
    409: {
      title: 'This was already sent',
      happened: 'We have taken a request from this page before, and this one differs from it.',
      safe: 'Your first request is safe. What you sent now was not taken.',
      next: 'Open the form again from the first page to send a new request.',
    },
    413: {
      title: 'This is too large to send',
      happened: 'Your files are far above the limit, so we stopped reading.',
      safe: 'Nothing was sent. Your text is still in your browser.',
      next: 'Go back to find your text, choose smaller files, and send again.',
    },
    415: {
      title: 'We could not read what was sent',
      happened: 'It did not come in the way our form sends it.',
      safe: 'Nothing was sent. Your text is still in your browser.',
      next: 'Go back to find your text, reload the page if it happens again, and send.',
    },
    429: {
      title: 'Wait a little, then send again',
      happened: 'Many requests came from your network within a short time.',
      safe: 'Nothing was sent. Your text is still in your browser.',
      next: 'Wait a few minutes, then go back and send again.',
    },
    500: {
      title: 'Something went wrong on our side',
      happened: 'We made a mistake and have been told about it.',
      safe: 'If you were sending a request, we cannot tell whether it arrived. Your text is still in your browser.',
      next: 'Go back and send it again: the same request never arrives twice.',
    },
    503: {
      title: 'We cannot take requests right now',
      happened: 'This service is restarting, or cannot store anything at the moment.',
      safe: 'Nothing was sent. If you typed a text, it is still in your browser.',
      next: 'Wait a minute, then go back and try again.',
    },
  },
}

/** What the pages say, beside what forms and site say of themselves. */
export type Texts = typeof en
