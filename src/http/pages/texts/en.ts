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
    lostLink: 'Asked before and lost your link?',
    find: 'Have it sent again',
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
    titles: {
      received: 'We have your request',
      opened: 'We have your request',
      answered: 'You have an answer',
      closed: 'Your request is closed',
      merged: 'We have your request',
      'out-of-sight': 'We have your request',
      gone: 'Your request is no longer with us',
    },
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
    about: {
      closed: 'If something is still open, write below: that opens your request again.',
      merged: 'Our staff handle it together with another one, and everything you sent is part of that.',
      'out-of-sight':
        'They have your request, and you may still write below. We may learn of their answer later than usual.',
      gone: 'Nobody works on it any more. What you sent is still on this page. If you still need help, send a new request.',
    },
    frozen:
      'We are checking our records after a fault on our side. What you see here is safe, and answers may come later than usual.',
    unreachable: (address: string) =>
      `Our emails to ${address} come back. You find every answer on this page.`,
    correct: 'Correct the address',
    goesOnAs: 'It goes on as request',
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
    late: (duration: string) => `We are ${duration} late. We are sorry, and we are still on it.`,
    answersGoTo: 'Answers go to',
    keep: 'Keep this link',
    keepText: 'It is private and opens this page. We also send it to you by email.',
    topic: 'Topic',
    files: 'Files',
    empty: 'Not filled in',
  },

  thread: {
    title: 'Conversation',
    you: 'You',
    team: 'The helpdesk',
    role: 'helpdesk',
    picture: 'Picture',
    onTheWay: 'Sent. It is on its way to the team.',
    solved: 'You told us that this is solved.',
    rating: (score: string, word: string) => `You rated our help: ${score} of 5, ${word.toLowerCase()}.`,
    news: 'A new answer is here.',
    newState: (state: string) => `The state of your request has changed: ${state}`,
  },

  acts: {
    back: 'Back to your request',
    replies: {
      title: 'Write to the team',
      lead: 'Add something, answer a question, or ask further. It goes to the people who have your request.',
      send: 'Send',
      done: 'Your words are stored and go to the team.',
      label: 'Your answer',
      files: 'Files',
    },
    solved: {
      link: 'This is solved',
      title: 'Is this solved?',
      lead: 'Then we close your request. You can open it again by writing on its page within 90 days.',
      send: 'Yes, this is solved',
      done: 'Thank you. We close your request.',
    },
    rating: {
      link: 'How did we do?',
      title: 'How did we do?',
      lead: 'Our team reads your rating. It changes nothing about your request.',
      send: 'Send rating',
      done: 'Thank you for your rating.',
      label: 'Our help was',
      comment: 'What should we know? (optional)',
      words: ['Very poor', 'Poor', 'Fair', 'Good', 'Very good'],
    },
    address: {
      link: 'Correct the address',
      title: 'Correct your address',
      lead: 'Answers and the private link then go to the new address, and the link that you have now ends.',
      send: 'Change the address',
      done: 'The address is changed. We send the new link there too.',
      label: 'Your email address',
      now: (address: string) => `Until now: ${address}`,
      same: 'Answers go to this address already',
    },
    notices: {
      'token-expired': {
        title: 'Send this once more',
        text: 'The page had been open for more than a day, so nothing was sent. What you wrote is below. Check it and send it again.',
      },
      'already-sent-other': {
        title: 'You have already sent something from this page',
        text: 'We have what you sent first. This differs from it and was not sent. If you want to add it, send it as well.',
      },
      'files-too-large': {
        title: 'Your files are too large',
        text: 'Nothing was sent. Your text is below. Choose smaller files, or send it without them.',
      },
      'too-many-files': {
        title: 'There are too many files',
        text: 'Nothing was sent. Your text is below. Choose fewer files, or put several in one document.',
      },
      'too-many-requests': {
        title: 'Wait a little, then send again',
        text: 'Much was sent from your network within a short time, so this was not taken. What you wrote is below. Send it again in a few minutes.',
      },
      unavailable: {
        title: 'We could not take this',
        text: 'Something on our side did not work. What you wrote is below. Send it again in a minute: it never arrives twice.',
      },
      'not-now': {
        title: 'This cannot be done any more',
        text: 'Your request has changed in the meantime. Nothing was sent. Go back to see how it stands.',
      },
    },
    sendAsWell: 'Send this as well',
  },

  find: {
    title: 'Find your requests',
    lead: 'Enter the email address that you gave us. We send the private links of its requests there.',
    label: 'Your email address',
    send: 'Send me the links',
    sentTitle: 'Look into your mailbox',
    sent: 'If we have requests of that address, their links are on the way and arrive within some minutes.',
    sentHint: 'Nothing came? Look into the junk folder, or try another address that you may have used.',
    again: 'Try another address',
  },

  failures: {
    home: 'Go to the first page',
    find: 'Lost your link?',
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
    file: {
      title: 'We cannot fetch this file at the moment',
      happened: 'Our helpdesk, where it is kept, does not answer, or many files are being fetched at once.',
      safe: 'The file is safe.',
      next: 'Wait a minute, then go back and open it again.',
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
