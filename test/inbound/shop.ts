/** Two reviewers and one who reads Chinese, who are asked by text and by mail at once. */
export const replyPolicy = `
version: 1
currency: USD
operations:
  update_note: { risk_class: low_risk_write, amount: optional, at_least: approval, fallback: { handler: null } }
  refund: { risk_class: financial, at_least: approval, fallback: { handler: send_holding_reply, max_attempts: 2 } }
  send_holding_reply: { risk_class: low_risk_write, amount: forbidden, fallback: { handler: null } }
reviewers:
  ana: { name: Ana, email: ana@shop.example, phone: "+15550100001" }
  ben: { name: Ben, email: ben@shop.example, phone: "+15550100002" }
  wei: { name: 王伟, email: wei@shop.example, phone: "+15550100003", language: zh-CN, time_zone: Asia/Shanghai }
groups:
  support: [ana, ben]
  chinese: [wei]
on_call: support
channel_limits: { sms: { max_amount: "1000.00" }, email: { max_amount: "1000.00" } }
plans:
  - { route: approval, deadline: 30m, tiers: [{ after: 0s, to: [support], channels: [email, sms] }] }
  - { route: approval, operations: [update_note], deadline: 30m, tiers: [{ after: 0s, to: [ana, wei], channels: [email, sms] }] }
notify_digest: false
interruptions: false
`;
export const ana = '+15550100001';
export const ben = '+15550100002';
export const wei = '+15550100003';
