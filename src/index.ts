/** The public API: for agent developers, for who runs workers in a process of their own, and for tools around policy. */

export { type App, type AppParts, openApp } from './app.ts';
export { type Booted, type Brought, boot } from './boot.ts';
export type { Action } from './domain/action.ts';
export { type Proposal, type ProposalInput, proposal, proposalVersion } from './domain/action.ts';
export { type ErrorCode, errorCodes, Fault, type Problem } from './domain/errors.ts';
export { type Facts, type FactsQuery, noFacts } from './domain/facts.ts';
// The vocabulary.
export {
	type Effect,
	type EndState,
	type Event,
	ends,
	events,
	isEnd,
	lifecycle,
	type State,
	states,
} from './domain/lifecycle.ts';
export { formatMoney, type Money, parseMoney, toDecimal } from './domain/money.ts';
// For who asks a model of their own.
export type { Asked, Asking, Opinion, OpinionPort } from './domain/opinion.ts';
export type { ExecutionResult, Outcome } from './domain/outcome.ts';
export { parseProposal } from './domain/parse.ts';
export type { Plan, Reason, Route, Verdict } from './domain/verdict.ts';
// For who writes handlers and runs workers.
export type { Call, FallbackRun, Handler, Reconcile, Registry, Run } from './execution/registry.ts';
export { type HttpParts, type HttpServer, httpRoutes, serveOn } from './http/server.ts';
export { evaluate } from './policy/evaluate.ts';
export { factsQuery } from './policy/facts-query.ts';
// For tools around policy.
export { parsePolicy } from './policy/load.ts';
export type { Policy } from './policy/policy.ts';
// For agent developers.
export { type Client, type ClientOptions, createClient, type Proposed, type Proposing } from './producers/client.ts';
export { type Guarded, type Guarding, guard } from './producers/guard.ts';
export { type WorkerKind, workerKinds } from './workers/kinds.ts';
