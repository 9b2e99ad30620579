/** Sentences about answers that come back by text message or mail, in English: how to answer, and what became of an answer. */
export const repliesEn = {
	/** How to answer a text message. The words YES, NO, CANCEL, END and STOP are never offered: telephone companies act on them. */
	smsLine: (code: string) => `Reply Y ${code} approve, N ${code} reject, M ${code} I handle it by hand`,
	smsLineShort: (code: string) => `Reply Y, N or M ${code}`,
	smsHelp: ' HELP for help, STOP to stop.',
	/** One message for several requests. */
	smsBundle: (n: number) => `${n} to approve:`,
	smsBundleItems: (items: string, more: string) => ` ${items}${more}.`,
	smsBundleMore: (n: number) => `; ${n} more in your mail`,
	smsBundleHow: (code: string) => ` Reply one at a time: Y ${code} approve, N ${code} reject, M ${code} by hand.`,

	mailHow:
		'Or reply to this mail with one word on the first line: Y (approve), N (reject) or M (I handle it by hand). Anything else you write there decides nothing.',
	mailComment: 'A reply to this mail is kept as a comment and decides nothing: please use the link.',

	remarks: 'Comments by mail',

	/** What became of an answer. */
	done: {
		approved_by_reviewers: (what: string) => `Approved: ${what}. It runs once, exactly as shown.`,
		rejected_by_reviewer: (what: string) => `Rejected: ${what}. It does not run.`,
		taken_over: (what: string) => `Yours: ${what}. It does not run; you handle it by hand.`,
		reply_recorded: (what: string) => `Your answer is counted: ${what}. More people have to answer.`,
	},
	/** Who was first, as short as a text message needs it. */
	already: {
		approved_by_reviewers: (by: string, at: string) => `Already approved by ${by} at ${at}.`,
		rejected_by_reviewer: (by: string, at: string) => `Already rejected by ${by} at ${at}.`,
		taken_over: (by: string, at: string) => `Already taken over by ${by} at ${at}.`,
		edited: (by: string, at: string) => `Changed by ${by} at ${at}: this message is out of date. A new one follows.`,
		released: (by: string, at: string) => `Already released to run by ${by} at ${at}.`,
		dismissed: (by: string, at: string) => `Already dismissed by ${by} at ${at}.`,
		resolved_by_hand: (by: string, at: string) => `Already resolved by hand by ${by} at ${at}.`,
		revoked: (by: string, at: string) => `Already stopped by ${by} at ${at}.`,
		withdrawn: (_by: string, at: string) => `The agent took it back at ${at}.`,
		deadline_passed: (_by: string, at: string) => `Expired at ${at}: nobody answered in time.`,
		other: (by: string, at: string) => `Already decided by ${by} at ${at}.`,
		unnamed: (state: string) => `Nothing is left to answer: ${state}.`,
	},
	counted: 'Your answer was already counted.',
	changedNothing: 'Your answer changed nothing.',
	fallbackRan: (name: string) => `Instead ran: ${name}.`,
	fallbackNothing: 'Nothing ran.',

	text: {
		help: 'Countersign asks you to approve what agents propose. Answer with Y, N or M and the code of the request.',
		stop: 'STOP ends these messages.',
		openOne: (items: string, code: string) =>
			`Open: ${items}. Send Y ${code} to approve, N ${code} to reject, M ${code} to handle it by hand.`,
		openMany: (items: string) => `Open: ${items}. Send Y, N or M and one code.`,
		noneOpen: 'Nothing waits for your answer by text message.',
		unknownCode: (code: string) => `Unknown code ${code}. Nothing was changed.`,
		notAnAnswer: 'This was no answer; nothing was changed.',
		bareRefused: 'Please name the code; nothing was changed.',
		toSend: {
			approve: (code: string) => `To approve send Y ${code}`,
			reject: (code: string) => `To reject send N ${code}`,
			take_over: (code: string) => `To handle it by hand send M ${code}`,
		},
		locked: 'Too many unknown codes. Answers by text message are not taken for 15 minutes; use the links in your mail.',
		started: 'You get these messages again.',
		page: (url: string) => `Open ${url}`,
		onThePage: 'It cannot be decided by text message.',
		again: 'Nothing was recorded, something failed here. Send it again in a minute.',
		notYours: 'You may not decide this.',
	},

	mail: {
		subject: {
			recorded: 'Your answer is recorded',
			lost: 'Your answer came too late',
			nothing: 'Your reply decided nothing',
			page: 'Please decide on the page',
		},
		notUnderstood:
			'Only a single word on the first line decides: Y (approve), N (reject) or M (I handle it by hand). What you wrote is kept as a comment.',
		unverified:
			'We could not verify that this reply came from you: it carries no valid signature (DKIM) of your mail domain. What you wrote is kept as a comment.',
		otherSender:
			'A reply to the mail that we sent to you came from another address. It changed nothing. Replies are personal: do not forward these mails.',
		notYours:
			'You replied to a mail that was sent to somebody else. It changed nothing. If you were asked too, use your own mail.',
		noReview: 'This cannot be decided by a reply. What you wrote is kept as a comment.',
		onThePage: 'This cannot be decided by a reply to a mail.',
		useLink: 'Please use the link',
	},
} as const;
