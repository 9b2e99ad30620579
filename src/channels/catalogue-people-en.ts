/** What people are told about who may answer what, what waits for them, and what they can report, in English. */
export const peopleEn = {
	waiting: {
		subject: (n: number, by: string) => `[${n === 1 ? '1 waits' : `${n} wait`} for you]${by}`,
		firstBy: (time: string) => ` first by ${time}`,
		title: (n: number) => (n === 1 ? '1 waits for your answer' : `${n} wait for your answer`),
		intro: 'Gathered into one message, so that you are not interrupted for each.',
		none: 'Nothing waits for you here any more.',
		current: 'The list shows how each of them stands now.',
		by: (time: string) => `by ${time}`,
		aCase: 'Case',
		openList: 'Open the list',
		more: (n: number) => `and ${n} more: see the list`,
		sms: (n: number, by: string) => `${n === 1 ? '1 waits' : `${n} wait`} for you${by === '' ? '' : ','}${by}.`,
	},
	code: {
		subject: 'Your Countersign code',
		mail: (code: string, what: string) => `${code} is the code with which you confirm: ${what}`,
		sms: (code: string, what: string) =>
			`${code} is your Countersign code to confirm: ${what}. Good for 10 min. Give it to nobody.`,
		keep: 'It is good for 10 minutes, on the page that asked for it. Give it to nobody: we never ask for it. You have not asked for it? Then somebody else has your link: tell your administrator.',
		title: 'One more step',
		why: {
			channel_limit: 'This is more than may be approved through this channel alone.',
			step_up_required: 'Approving this much needs a second proof that it is you.',
			phone_not_trusted: 'Your number is too new to decide by itself.',
		},
		sent: {
			sms: 'We are sending a code of six digits to your phone, as a text message.',
			email: 'We are sending a code of six digits to your email address.',
		},
		label: 'Code',
		confirm: 'Confirm with the code',
		again: 'Send another code',
		wrong: (left: number) =>
			left === 1 ? 'That is not the code. 1 try is left.' : `That is not the code. ${left} tries are left.`,
		expired: 'That code is not good any more. We are sending you another one.',
		tooMany: 'Too many codes were asked for. Wait an hour, use the inbox, or ask a colleague.',
		noChannel: 'We know no second channel to reach you by. Sign in to the inbox to approve it, or ask a colleague.',
		otherwise: 'Rejecting it and taking it over need no code.',
	},
	report: {
		title: 'Report as wrong',
		intro:
			'It ran without asking. If it should not have run like this, say so: the report stands with the action, and future decisions learn from it. It does not undo anything.',
		label: 'What is wrong?',
		labels: {
			should_have_asked: 'It should have asked first',
			other: 'Something else',
		},
		comment: 'Comment',
		send: 'Report it',
		done: 'Reported. Thank you.',
		again: 'You have reported this before; your first report stands.',
		notYet: 'This has not run, so there is nothing to report.',
	},
	errors: {
		phone_not_trusted: 'Your number is too new to decide by itself: a code by mail is needed, or the inbox.',
		amount_not_typed: 'To approve this much, type the amount below, as it stands on the page.',
		separation_of_duties:
			'You cannot approve this: you have a hand in it yourself. A colleague must. You can still reject it or take it over.',
		channel_limit: 'This is more than may be approved through this channel alone. You can reject it or take it over here.',
		step_up_required: 'Approving this much needs a second proof that it is you: a code, or the inbox.',
	},
} as const;
