/** Sentences about answers that come back by text message or mail, in simplified Chinese. */
import type { Sentences } from './catalogue.ts';
import type { repliesEn } from './catalogue-replies-en.ts';

export const repliesZh: Sentences<typeof repliesEn> = {
	smsLine: (code) => `回复 Y ${code} 批准，N ${code} 拒绝，M ${code} 我来处理`,
	smsLineShort: (code) => `回复 Y、N 或 M 加 ${code}`,
	smsHelp: '回复 HELP 查看说明，STOP 停收。',
	smsBundle: (n) => `${n} 项待批准：`,
	smsBundleItems: (items, more) => `${items}${more}。`,
	smsBundleMore: (n) => `；另有 ${n} 项见邮件`,
	smsBundleHow: (code) => `请逐项回复：Y ${code} 批准，N ${code} 拒绝，M ${code} 我来处理。`,

	mailHow:
		'也可以直接回复本邮件，第一行只写一个词：Y 或“同意”（批准）、N 或“拒绝”（拒绝）、M 或“接手”（我来处理）。写其他内容不会做任何决定。',
	mailComment: '对本邮件的回复只会作为备注保存，不会做任何决定，请使用链接。',

	remarks: '邮件中的备注',

	done: {
		approved_by_reviewers: (what) => `已批准：${what}。按所示内容执行一次。`,
		rejected_by_reviewer: (what) => `已拒绝：${what}。不会执行。`,
		taken_over: (what) => `由你负责：${what}。不会执行，请人工处理。`,
		reply_recorded: (what) => `你的答复已计入：${what}。还需要其他人答复。`,
	},
	already: {
		approved_by_reviewers: (by, at) => `${by} 已于 ${at} 批准。`,
		rejected_by_reviewer: (by, at) => `${by} 已于 ${at} 拒绝。`,
		taken_over: (by, at) => `${by} 已于 ${at} 接手。`,
		edited: (by, at) => `${by} 已于 ${at} 修改，此消息已过时，新消息随后发出。`,
		released: (by, at) => `${by} 已于 ${at} 放行。`,
		dismissed: (by, at) => `${by} 已于 ${at} 驳回。`,
		resolved_by_hand: (by, at) => `${by} 已于 ${at} 人工处理完毕。`,
		revoked: (by, at) => `${by} 已于 ${at} 叫停。`,
		withdrawn: (_by, at) => `代理已于 ${at} 撤回。`,
		deadline_passed: (_by, at) => `已于 ${at} 过期：无人及时答复。`,
		other: (by, at) => `${by} 已于 ${at} 决定。`,
		unnamed: (state) => `已无需答复：${state}。`,
	},
	counted: '你的答复早已计入。',
	changedNothing: '你的答复没有改变任何事。',
	fallbackRan: (name) => `已改为执行：${name}。`,
	fallbackNothing: '什么都没有执行。',

	text: {
		help: 'Countersign 请你批准代理提出的操作。请回复 Y、N 或 M 加上该项的代码。',
		stop: '回复 STOP 停收。',
		openOne: (items, code) => `待处理：${items}。回复 Y ${code} 批准，N ${code} 拒绝，M ${code} 我来处理。`,
		openMany: (items) => `待处理：${items}。请回复 Y、N 或 M 加一个代码。`,
		noneOpen: '目前没有等你用短信答复的事项。',
		unknownCode: (code) => `没有代码 ${code}，未做任何改变。`,
		notAnAnswer: '这不是有效的答复，未做任何改变。',
		bareRefused: '请写明代码，未做任何改变。',
		toSend: {
			approve: (code) => `要批准请发送 Y ${code}`,
			reject: (code) => `要拒绝请发送 N ${code}`,
			take_over: (code) => `要人工处理请发送 M ${code}`,
		},
		locked: '错误代码过多，15 分钟内不接受短信答复，请使用邮件中的链接。',
		started: '你将重新收到这些短信。',
		page: (url) => `请打开 ${url}`,
		onThePage: '此事不能用短信决定。',
		again: '出了问题，未做任何记录，请稍后再发一次。',
		notYours: '你无权决定此事。',
	},

	mail: {
		subject: {
			recorded: '你的答复已记录',
			lost: '你的答复来晚了',
			nothing: '你的回复没有做出决定',
			page: '请在页面上决定',
		},
		notUnderstood:
			'只有第一行单独一个词才算决定：Y 或“同意”（批准）、N 或“拒绝”（拒绝）、M 或“接手”（我来处理）。你写的内容已作为备注保存。',
		unverified: '无法确认这封回复出自你本人：邮件没有你的邮件域名的有效签名（DKIM）。你写的内容已作为备注保存。',
		otherSender: '有人用另一个地址回复了发给你的邮件，没有改变任何事。回复仅限本人，请勿转发这些邮件。',
		notYours: '你回复的是发给别人的邮件，没有改变任何事。如果也征询了你，请使用发给你的邮件。',
		noReview: '此事不能靠回复来决定。你写的内容已作为备注保存。',
		onThePage: '此事不能靠回复邮件来决定。',
		useLink: '请使用链接',
	},
};
