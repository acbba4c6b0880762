/** Rules that brokers apply to topics and subscriptions of MQTT clients. */
import { MqttAutoSubscribeRule, MqttTopicRewriteRule } from '../../codec/robustmq/rules.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';

export const topicRewriteRule = resource({
  table: 'topicRewriteRule',
  layout: MqttTopicRewriteRule,
  key: ['tenant', 'name'],
  told: tell('TopicRewriteRule'),
  listed: 'whole',
  exists: 'rewriteRuleExists',
  missing: 'rewriteRuleMissing',
});

export const autoSubscribeRule = resource({
  table: 'autoSubscribeRule',
  layout: MqttAutoSubscribeRule,
  key: ['tenant', 'name'],
  told: tell('AutoSubscribeRule'),
  listed: 'whole',
  exists: 'autoSubscribeRuleExists',
  missing: 'autoSubscribeRuleMissing',
});
