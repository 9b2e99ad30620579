/** Where providers call us, below the public URL: spelled once, because Twilio signs it. */
export const hookPaths = {
	/** A text message came in. */
	text: '/hooks/twilio/sms',
	/** What became of a text message that we sent. */
	textStatus: '/hooks/twilio/status',
	/** A raw mail came in. */
	mail: '/hooks/email',
} as const;
