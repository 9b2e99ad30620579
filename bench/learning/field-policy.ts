/** The field report's rule set, as a policy over the same operations: its thresholds, its amounts, its hard and soft rules, no checks. */
import { isMap, parseDocument } from 'yaml';
import { checkNames } from '../../src/policy/vocabulary.ts';

/** Takes the policy that registers the recorded operations, and leaves of it what the field report had. */
export function fieldPolicyText(recordedActions: string): string {
	const document = parseDocument(recordedActions);
	const operations = document.get('operations');
	if (!isMap(operations)) throw new TypeError('a policy has operations');
	const classes = Object.entries(document.toJS().operations as Record<string, { risk_class: string }>);
	document.set(
		'operations',
		document.createNode(
			Object.fromEntries(classes.map(([name, entry]) => [name, { risk_class: entry.risk_class, amount: 'optional' }])),
		),
	);
	document.set('checks', document.createNode(Object.fromEntries(checkNames.map((name) => [name, 'off']))));
	document.set('near_limit', false);
	document.delete('rules');
	return document.toString();
}
