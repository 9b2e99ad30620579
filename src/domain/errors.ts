/**
 * The error catalogue. Codes are stable: a client may branch on them, a retired one is never used again. The message of an
 * answer says what to fix; it never echoes more than 100 characters of input and never a stack.
 */

/** Code -> HTTP status and a title. docs/errors.md is generated from this table. */
export const errorCodes = {
	body_required: { status: 400, title: 'The request has no body' },
	body_unreadable: { status: 400, title: 'The body is not valid JSON' },
	object_required: { status: 400, title: 'The body must be a JSON object' },
	duplicate_key: { status: 400, title: 'A JSON object names a key twice' },
	number_unsafe: { status: 400, title: 'A number is not exactly representable' },
	text_malformed: { status: 400, title: 'A string holds a lone surrogate or a NUL' },
	key_forbidden: { status: 400, title: 'A key such as __proto__ is not accepted' },
	too_deep: { status: 400, title: 'The JSON nests deeper than 20 levels' },
	too_many_fields: { status: 400, title: 'An object has too many keys or an array too many elements' },
	version_unsupported: { status: 400, title: 'The schema version is not one this server reads' },
	parameter_invalid: { status: 400, title: 'A query parameter or header is malformed' },
	idempotency_key_required: { status: 400, title: 'Idempotency-Key is missing' },
	decision_invalid: { status: 400, title: 'The decision is not one of the answers offered' },
	unauthenticated: { status: 401, title: 'The API key is missing or unknown' },
	operation_not_allowed: { status: 403, title: 'The API key may not do this' },
	signature_invalid: { status: 403, title: 'The request is not signed by whom it says it is from' },
	form_forbidden: { status: 403, title: 'The form was not sent from its own page' },
	not_found: { status: 404, title: 'There is nothing here' },
	method_not_allowed: { status: 405, title: 'The resource does not answer this method' },
	already_decided: { status: 409, title: 'Somebody else decided first' },
	not_withdrawable: { status: 409, title: 'The action can no longer be withdrawn' },
	not_claimable: { status: 409, title: 'The action cannot be claimed' },
	changed_since_shown: { status: 409, title: 'The action changed after it was shown' },
	wrong_state: { status: 409, title: 'The action is in a state that does not allow this' },
	expired: { status: 410, title: 'The time for this has passed' },
	payload_too_large: { status: 413, title: 'The body is too large' },
	media_type_unsupported: { status: 415, title: 'The content type must be application/json' },
	idempotency_mismatch: { status: 422, title: 'This idempotency key belongs to another payload' },
	unknown_field: { status: 422, title: 'The object has a field that the schema does not know' },
	field_required: { status: 422, title: 'A required field is missing' },
	field_type: { status: 422, title: 'A field has the wrong type' },
	field_invalid: { status: 422, title: 'A field has an unacceptable value' },
	amount_type: { status: 422, title: 'The amount is not a decimal' },
	amount_range: { status: 422, title: 'The amount is out of range' },
	currency_unknown: { status: 422, title: 'The currency is not an ISO 4217 code' },
	currency_decimals: { status: 422, title: 'The amount has more decimals than its currency' },
	confidence_range: { status: 422, title: 'The confidence is not between 0 and 1' },
	deadline_too_short: { status: 422, title: 'The deadline is in the past or too close' },
	deadline_too_long: { status: 422, title: 'The deadline is too far away' },
	callback_url_forbidden: { status: 422, title: 'The callback URL is not one this server may call' },
	policy_invalid: { status: 422, title: 'The policy does not validate' },
	confidence_map_invalid: { status: 422, title: 'The confidence map cannot be believed' },
	history_invalid: { status: 422, title: 'The recorded actions cannot be used' },
	not_enough_evidence: { status: 422, title: 'There are too few labelled actions to say' },
	reviewer_not_allowed: { status: 403, title: 'This reviewer may not decide this action' },
	reviewer_disabled: { status: 403, title: 'This reviewer is not active' },
	separation_of_duties: { status: 403, title: 'This reviewer may not approve this action' },
	channel_limit: { status: 403, title: 'This channel may not approve as much as this' },
	step_up_required: { status: 403, title: 'Approving this needs a second proof of who answers' },
	phone_not_trusted: { status: 403, title: 'Answers from this number do not count yet' },
	amount_not_typed: { status: 422, title: 'The amount was not typed as it stands on the page' },
	code_wrong: { status: 403, title: 'The code is not the one that was sent' },
	code_expired: { status: 403, title: 'The code is not good any more' },
	mail_rejected: { status: 422, title: 'The mail is not one that can be taken' },
	rate_limited: { status: 429, title: 'Too many requests' },
	storage_unavailable: { status: 503, title: 'The store did not answer; send the same request again' },
	storage_full: { status: 503, title: 'The store is full; send the same request again later' },
	storage_rewound: { status: 503, title: 'The store has lost acknowledged changes; nothing runs until a person has looked' },
	held: { status: 503, title: 'Nothing is run at the moment; the action waits' },
	internal: { status: 500, title: 'The server failed' },

	record_unreadable: { status: 422, title: 'A queue record cannot be parsed' },
	ghost_record: { status: 422, title: 'A queue names a job that does not exist' },
	poison_job: { status: 500, title: 'A job ended its worker twice, the second time while it ran alone' },
	no_bound_decision: { status: 409, title: 'A job asks to run an action that nobody approved' },
	payload_mismatch: { status: 409, title: 'The stored payload is not the one that was decided on' },
	no_handler: { status: 422, title: 'No handler is registered for the operation' },
	journal_unwritable: { status: 503, title: 'What runs cannot be written down outside the store, so nothing is run' },
	clock_skew: { status: 500, title: 'The clocks of this machine and of the store differ' },
	production_forbidden: { status: 500, title: 'This is for development only' },
	config_invalid: { status: 500, title: 'The configuration does not validate' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** What a refusal says: the body of every problem answer, and the reason of every quarantined record. */
export interface Problem {
	readonly code: ErrorCode;
	/** What to fix, in one sentence without a full stop. */
	readonly message: string;
	/** JSON path of the offending field (`arguments.order_id`), where there is one. */
	readonly field?: string;
}

/** A fault: something that should not happen, with its code. Expected refusals are results, not faults. */
export class Fault extends Error {
	readonly code: ErrorCode;
	readonly retryable: boolean;
	constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
		super(message, { cause: options.cause });
		this.name = 'Fault';
		this.code = code;
		this.retryable = options.retryable ?? false;
	}
}
