"""The first rule file that `tierkit new` writes: small, complete, and its examples pass."""

FIRST_FILE = """\
# yaml-language-server: $schema={schema}
#
# A first rule set. Put your own dimensions, rules and numbers in it, then run
# 首个规则集：换成您自己的维度、规则与数值，然后运行
#   tierkit check {path}     is the file right? 检查文件
#   tierkit test {path}      do the examples hold? 运行示例

ruleset: {name}
version: 0.1.0
title: {{en: "{name}", zh: "{name}"}}
key: customer_id                            # the field of a record that names the customer 客户编号字段

# Named thresholds: changing one is a one-line diff, with its reason. 具名阈值，附依据
parameters:
  vip_amount: {{value: 10k, because: {{en: "Who decided it, and when", zh: 由谁、何时决定}}}}

# Typed facts about a customer. What a record lacks is unknown, never 0. 客户的事实；缺失即未知，绝不当成 0
dimensions:
  monthly_amount:
    type: money
    label: {{en: Monthly order amount, zh: 月订单金额}}
    min: 0
  returned_amount:
    type: money
    label: {{en: Returned amount, zh: 退货金额}}
    min: 0
    on_missing: 0                           # nothing on record means nothing was returned 无记录即无退货
  return_rate:                              # derived: always computed 推导维度，总是现算
    type: ratio
    label: {{en: Return rate, zh: 退货率}}
    value: returned_amount / monthly_amount
  overdue_count:
    type: integer
    label: {{en: Overdue payments, zh: 逾期次数}}
    min: 0

# When a condition holds, the customer gets the tag. 条件成立即打标签
rules:
  - id: large_and_reliable
    tag: VIP
    when: monthly_amount >= vip_amount and return_rate < 5%
    because: {{en: Large and reliable buyer, zh: 大额且退货率低}}

  - id: pays_late
    tag: credit_watch
    when: overdue_count >= 3
    because: {{en: Three or more overdue payments, zh: 逾期三次及以上}}

# Tiers that exclude each other, best first. 互斥等级，由高到低
ladders:
  value:
    label: {{en: Customer value, zh: 客户价值}}
    tiers:
      - {{id: gold, enter: monthly_amount >= 50k, label: {{en: Gold, zh: 黄金}}}}
      - {{id: silver, enter: monthly_amount >= vip_amount, label: {{en: Silver, zh: 白银}}}}
      - {{id: bronze, label: {{en: Bronze, zh: 青铜}}}}      # everyone else 其余客户

# What tags and tiers earn. 权益
benefits:
  - for: value.gold
    grant: {{payment_terms: {{days: 60}}}}

# Records with the answers expected: `tierkit test` runs them. 示例即测试
examples:
  - name: exactly the threshold is a silver VIP
    given: {{monthly_amount: 10k, returned_amount: 499.99, overdue_count: 0}}
    expect: {{tags: [VIP], tiers: {{value: silver}}, undetermined: []}}

  - name: gold with many returns is no VIP
    given: {{monthly_amount: 6万, returned_amount: 3000, overdue_count: 3}}
    expect:
      tags: [credit_watch]
      tiers: {{value: gold}}
      benefits: {{payment_terms: {{days: 60}}}}

  - name: without an amount nothing about it is decided
    given: {{overdue_count: 0}}
    expect: {{tags: [], tiers: {{value: null}}, undetermined: [large_and_reliable, value]}}
"""
