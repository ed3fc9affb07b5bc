"""What the command line says, in English and Chinese: one table, templates with named slots."""

from __future__ import annotations

import os
from collections.abc import Mapping

from tierkit.backends.text.words import TEXTS as READING

_TEXTS: Mapping[str, tuple[str, str]] = {
    **READING,
    # errors and warnings
    "error": ("error: {text}", "错误：{text}"),
    "warning": ("warning: {text}", "警告：{text}"),
    "note": ("note: {text}", "注：{text}"),
    "hint": ("  hint: {text}", "  提示：{text}"),
    "unexpected": (
        "this should not have happened: {text}; run again with TIERKIT_TRACEBACK=1 and report what it shows",
        "发生了意外错误：{text}；请设置 TIERKIT_TRACEBACK=1 重新运行，并反馈其输出",
    ),
    "see-help": ("`{command} --help` lists what there is", "运行 `{command} --help` 查看用法"),
    "did-you-mean": ("; did you mean `{word}`?", "；您是否想写 `{word}`？"),
    "cannot-write": ("cannot write `{path}`: {reason}", "无法写入 `{path}`：{reason}"),
    "no-such-ruleset": (
        "there is no rule set `{name}` in `{store}`{hint}",
        "`{store}` 中没有规则集 `{name}`{hint}",
    ),
    "not-a-ruleset": (
        "`{text}` is neither a .yaml file nor the name of a rule set",
        "`{text}` 既不是 .yaml 文件，也不是规则集名称",
    ),
    "no-versions": (
        "`{text}`: here the author's file is meant; name the file of a published version",
        "`{text}`：此处指作者编辑的文件；如需已发布的版本请写其文件路径",
    ),
    "not-published": (
        "nothing of `{name}` was published yet: this is the author's file, {path}",
        "`{name}` 尚未发布：使用作者编辑的文件 {path}",
    ),
    "no-rule-files": ("there are no rule files under `{path}`", "`{path}` 下没有规则文件"),
    "bad-ruleset-name": (
        "`{text}` cannot name a rule set: use lower-case letters, digits, `_` and `-`",
        "`{text}` 不能作为规则集名称：只能使用小写字母、数字、`_` 与 `-`",
    ),
    "exists": ("`{path}` exists already and is left as it is", "`{path}` 已存在，未作改动"),
    "unknown-given": (
        "`--given {name}`: there is no such dimension{hint}",
        "`--given {name}`：没有此维度{hint}",
    ),
    "bad-share": (
        "`--max-undetermined {text}`: write a share such as 5%",
        "`--max-undetermined {text}`：请写比例，例如 5%",
    ),
    "bad-as-of": (
        "`--as-of {text}`: write a day such as 2025-11-01",
        "`--as-of {text}`：请写日期，例如 2025-11-01",
    ),
    "bad-table": (
        "`--table {text}`: write `orders=dw.fact_orders`, or `customers=dw.dim_customer` for the records",
        "`--table {text}`：请写 `orders=dw.fact_orders`；记录所在的表写 `customers=dw.dim_customer`",
    ),
    "missing-extra": (
        "{what} needs a package that is not installed: pip install 'tierkit[{extra}]'",
        "{what}需要尚未安装的软件包：pip install 'tierkit[{extra}]'",
    ),
    "reading-parquet": ("reading Parquet", "读取 Parquet "),
    "writing-parquet": ("writing Parquet", "写入 Parquet "),
    # inputs
    "unknown-ending": (
        "`{path}`: the ending must be .csv, .jsonl, .ndjson or .parquet, or say `--input-format`",
        "`{path}`：文件扩展名须为 .csv、.jsonl、.ndjson 或 .parquet，或使用 `--input-format`",
    ),
    "unknown-output": (
        "`{path}`: the ending must be .csv, .jsonl, .ndjson or .parquet",
        "`{path}`：文件扩展名须为 .csv、.jsonl、.ndjson 或 .parquet",
    ),
    "stdin-format": (
        "standard input needs `--input-format csv` or `jsonl`",
        "标准输入需指定 `--input-format csv` 或 `jsonl`",
    ),
    "stdin-parquet": ("Parquet cannot be read from standard input", "无法从标准输入读取 Parquet"),
    "same-file": (
        "`{path}` is the input: write the output somewhere else",
        "`{path}` 是输入文件，请把结果写到别处",
    ),
    "duplicate-column": ("`{path}` has two columns `{name}`", "`{path}` 有两列 `{name}`"),
    "near-columns": ("columns that nobody asked for: {pairs}", "以下列不被使用：{pairs}"),
    "near-column": ("`{column}` (did you mean `{name}`?)", "`{column}`（您是否想写 `{name}`？）"),
    "no-columns": (
        "no column of `{path}` is a dimension of `{ruleset}`: {columns}; columns are separated by `,`",
        "`{path}` 中没有任何列是 `{ruleset}` 的维度：{columns}；列之间应以 `,` 分隔",
    ),
    "no-key": ("`{path}` has no column `{key}`: its rows have no key", "`{path}` 没有列 `{key}`：各行均无键"),
    "computed-columns": (
        "computed, so the column is ignored: {names}; `--given NAME` takes it as it is",
        "以下维度由计算得出，列值被忽略：{names}；如需直接采用请加 `--given 名称`",
    ),
    # impact
    "bad-quota": (
        "`--quota {text}`: write a tag or a tier and a share, such as value.diamond=5%",
        "`--quota {text}`：请写标签或等级及其占比，例如 value.diamond=5%",
    ),
    "unknown-quota": (
        "`--quota {name}`: neither version has such a tag or tier{hint}",
        "`--quota {name}`：两个版本都没有此标签或等级{hint}",
    ),
    "unknown-movers": (
        "`{path}`: the ending must be .csv, .jsonl or .ndjson",
        "`{path}`：文件扩展名须为 .csv、.jsonl 或 .ndjson",
    ),
    "same-output": (
        "`{path}` is both the page and the list of movers: write them to two files",
        "`{path}` 既是页面又是变动名单：请写入两个文件",
    ),
    "impact-page": ("the page is {path}", "页面已写入 {path}"),
    "impact-movers": ("{count} written to {path}", "已将 {count} 写入 {path}"),
    # tables
    "table-form": ("`--table {text}`: write NAME=FILE", "`--table {text}`：请写成 名称=文件"),
    "table-twice": ("`--table {name}` stands twice", "`--table {name}` 重复"),
    "unknown-table": (
        "`--table {name}`: the rule set has no such table{hint}",
        "`--table {name}`：规则集没有此数据表{hint}",
    ),
    "table-keyless": (
        "rows find their customer by a key: the rule set needs `key:`",
        "数据行按键归属客户：规则集需要 `key:`",
    ),
    "lacking-columns": ("`{path}` lacks the columns {names}", "`{path}` 缺少列 {names}"),
    "no-row-key": ("there is no `{key}`", "没有 `{key}`"),
    "table-row": ("row {row} of `{table}` is left out: {text}", "`{table}` 第 {row} 行被略过：{text}"),
    "table-rows": ("… and {count} more rows of `{table}`", "…… `{table}` 另有 {count} 行被略过"),
    "no-input": (
        "`--input` is missing: the customers, or `--table NAME=FILE` with their rows",
        "缺少 `--input`：请给出客户文件，或用 `--table 名称=文件` 给出其数据行",
    ),
    # fitting
    "nothing-to-fit": (
        "no parameter of `{path}` has a `fit`: write one, such as `fit: {{dimension: NAME, top: 5%}}`",
        "`{path}` 没有带 `fit` 的参数：请写出，例如 `fit: {{dimension: 名称, top: 5%}}`",
    ),
    "fit-published": (
        "`{path}` was published and never changes: fit the author's file, or add `--check`",
        "`{path}` 属于已发布的版本，不可更改：请拟合作者编辑的文件，或加 `--check`",
    ),
    "changed-meanwhile": (
        "`{path}` was changed in the meantime and is left as it is: run it again",
        "`{path}` 在此期间被改动，未作写入：请重新运行",
    ),
    "fit-line": (
        "{name}: {old} → {new} ({how}; {count}, {missing} more without a value)",
        "{name}：{old} → {new}（{how}；{count}，另有 {missing} 个无取值）",
    ),
    "fit-top": ("top {amount} of {dimension}", "{dimension} 前 {amount}"),
    "fit-quantile": ("quantile {amount} of {dimension}", "{dimension} 的 {amount} 分位数"),
    "fit-mean": ("{amount} × the mean of {dimension}", "{dimension} 均值 × {amount}"),
    "fit-median": ("{amount} × the median of {dimension}", "{dimension} 中位数 × {amount}"),
    "fit-before": ("before", "原占比"),
    "fit-after": ("after", "新占比"),
    "fit-written": ("{count} changed in {path}", "已更新 {path} 中的 {count}"),
    "fit-noted": (
        "no value changes; where they come from is noted in {path}",
        "取值无变化；已在 {path} 中记录其来源",
    ),
    "fit-would": ("{count} would change in {path}", "{path} 中有 {count}需要更新"),
    "fit-same": ("no value changes in {path}", "{path} 的取值无变化"),
    # rows that cannot be read
    # check and test
    "checked": ("{files}, {errors}, {warnings}", "{files}，{errors}，{warnings}"),
    "checked-notes": ("{files}, {errors}, {warnings}, {notes}", "{files}，{errors}，{warnings}，{notes}"),
    "tested": ("{files}, {examples}, {failed}", "{files}，{examples}，{failed}"),
    "failed-example": ("{path}:{line}: failed: {name}", "{path}:{line}: 未通过：{name}"),
    "because": ("    {target}: {text}", "    {target}：{text}"),
    "unsure": ("    {name} is undetermined: {missing}", "    {name} 未决：{missing}"),
    "not-eligible": ("not eligible", "不参与分级"),
    "missing": ("{name} ({cause})", "{name}（{cause}）"),
    # test --coverage
    "bad-percentage": (
        "`--fail-under {text}`: write a percentage from 0 to 100",
        "`--fail-under {text}`：请写 0 至 100 的百分比",
    ),
    "never": ("{owner} is never {never}", "{owner}从未{never}"),
    "never-leaf": ("`{name}` of {owner} is never {never}", "{owner}中的 `{name}` 从未{never}"),
    "either": ("{first} or {second}", "{first}或{second}"),
    "is-true": ("true", "成立"),
    "is-false": ("false", "不成立"),
    "is-unknown": ("unknown", "出现未知"),
    "of-eligible": ("`eligible`", "`eligible` "),
    "of-dimension": ("the dimension `{name}`", "维度 `{name}` "),
    "of-rule": ("the rule `{name}`", "规则 `{name}` "),
    "of-ladder": ("`eligible` of the ladder `{name}`", "阶梯 `{name}` 的 `eligible` "),
    "of-tier": ("the tier `{name}`", "等级 `{name}` "),
    "of-benefit": ("the benefit for {name}", "{name} 的权益"),
    "covered": ("coverage: {percent}%, {shown} of {outcomes}", "覆盖率：{percent}%，{shown}／{outcomes}"),
    "covered-file": (
        "{path}: {percent}%, {shown} of {outcomes}",
        "{path}：{percent}%，{shown}／{outcomes}",
    ),
    "too-little": (
        "the examples show {percent}% of the outcomes, and `--fail-under` asks for {least}%",
        "示例覆盖了 {percent}% 的结果，低于 `--fail-under` 要求的 {least}%",
    ),
    # new-examples
    "bad-limit": (
        "`--limit {text}`: write how many examples at most, or 0 for all",
        "`--limit {text}`：请写示例的最大数量，0 表示全部",
    ),
    "examples-published": (
        "`{path}` was published and never changes: write into the author's file, or leave out `--write`",
        "`{path}` 属于已发布的版本，不可更改：请写入作者编辑的文件，或去掉 `--write`",
    ),
    "cannot-append": (
        "examples cannot be put into `{path}` as it is laid out: leave out `--write` and paste them",
        "无法按 `{path}` 的排版写入示例：请去掉 `--write` 并手动粘贴",
    ),
    "proposed": (
        "{count} proposed: read each, and keep what is right",
        "已提出 {count}：请逐一核对，保留正确的",
    ),
    "examples-written": (
        "{count} written into {path}: read each, and keep what is right",
        "已将 {count} 写入 {path}：请逐一核对，保留正确的",
    ),
    "nothing-to-propose": (
        "nothing to propose: the examples of {path} show every boundary",
        "无需补充：{path} 的示例已覆盖所有边界",
    ),
    "more-proposals": ("{count} beyond these: raise `--limit`", "另有 {count}：请提高 `--limit`"),
    "never-decides": (
        "`{name}` of `{owner}` decides nothing in any record that was found",
        "`{owner}` 中的 `{name}` 在所找到的记录中从不起决定作用",
    ),
    "more-silent": ("{count} more leaves like these", "另有 {count} 个同类条件"),
    # evaluate
    "decided-by": ("engine: {engine}", "引擎：{engine}"),
    "engine-extras": (
        "`--engine {engine}` writes neither reasons nor values: leave it out",
        "`--engine {engine}` 不输出原因与取值：请去掉该选项",
    ),
    "engine-stdin": (
        "`--engine {engine}` reads files, not standard input: leave it out",
        "`--engine {engine}` 只读取文件，不读取标准输入：请去掉该选项",
    ),
    "engine-jsonl": (
        "`--engine {engine}` does not put tables with lines of JSON: leave it out",
        "`--engine {engine}` 不支持 JSON lines 与表一起使用：请去掉该选项",
    ),
    "engine-keys": (
        "`--engine {engine}` writes keys that are texts or whole numbers: leave it out",
        "`--engine {engine}` 只支持文本或整数的键：请去掉该选项",
    ),
    "evaluated": (
        "{rows}, {failed} failed, {undetermined} with something undetermined",
        "{rows}，失败 {failed}，含未决项 {undetermined}",
    ),
    "headcount": ("{name}: {counts}", "{name}：{counts}"),
    "tags": ("tags", "标签"),
    "none": ("none", "无"),
    "undetermined": ("undetermined", "未决"),
    "error-column": ("error", "错误"),
    "reasons": ("reasons", "原因"),
    "values": ("values", "取值"),
    "row-failed": ("row {row}{key}: {text}", "第 {row} 条{key}：{text}"),
    "more-failed": ("… and {count} more failed", "…… 另有 {count} 条失败"),
    "more-rows": (
        "… and {count} more rows; `--output F` writes them all",
        "…… 另有 {count} 行；用 `--output F` 写出全部结果",
    ),
    "too-undetermined": (
        "{share} of the rows are undetermined or failed, more than {limit}",
        "{share} 的行未决或失败，超过 {limit}",
    ),
    "progress": ("deciding", "正在判定"),
    # explain
    "bad-record": ("`--record`: {detail}", "`--record`：{detail}"),
    "record-refused": ("record{key}: {text}", "记录{key}：{text}"),
    "unknown-target": (
        "there is no tag or tier `{target}` in `{ruleset}`{hint}",
        "`{ruleset}` 中没有标签或等级 `{target}`{hint}",
    ),
    # new
    "made": ("wrote {path} and {schema}", "已生成 {path} 与 {schema}"),
    "next": (
        "next: put your own dimensions and rules in it, then run",
        "接下来：写入您自己的维度与规则，然后运行",
    ),
    # versions
    "bad-effective": (
        "`--effective {text}`: write a day such as 2025-12-01, or an instant with its zone",
        "`--effective {text}`：请写日期，例如 2025-12-01，或带时区的时刻",
    ),
    "is-published": (
        "published {name}@{version} (digest {digest})",
        "已发布 {name}@{version}（摘要 {digest}）",
    ),
    "nothing-new": (
        "nothing new: {name}@{version} has the same meaning (digest {digest})",
        "无变化：{name}@{version} 含义相同（摘要 {digest}）",
    ),
    "activate-next": ("next: {command}", "下一步：{command}"),
    "examples-fail": (
        "`{name}` is not published: {count} failed",
        "`{name}` 未发布：{count}未通过",
    ),
    "already-active": ("nothing new: {name}@{version} is active already", "无变化：{name}@{version} 已启用"),
    "turned": ("{name}: {before} → {after}", "{name}：{before} → {after}"),
    "turned-back": ("{name}: rolled back, {before} → {after}", "{name}：已回滚，{before} → {after}"),
    "will-turn": (
        "{name}: {before} → {after}, from {when} on",
        "{name}：{before} → {after}，自 {when} 起",
    ),
    "stays": ("{name}: {version} stays active", "{name}：{version} 继续启用"),
    "overruled": (
        "overruled: the activation of {version} that was planned for {when}",
        "已取代：原定于 {when} 启用 {version} 的计划",
    ),
    "see-repair": (
        "`tierkit history {name} --repair` explains it and changes nothing",
        "`tierkit history {name} --repair` 会说明原因，不作任何改动",
    ),
    "torn": (
        "the history ends in half a line, which nobody acknowledged: the next change takes it away",
        "历史末尾有半行未确认的内容：下次变更时会自动清除",
    ),
    "published": ("published", "发布"),
    "activated": ("activated", "启用"),
    "rolled-back": ("rolled back", "回滚"),
    "when": ("when", "时间"),
    "event": ("event", "事件"),
    "version": ("version", "版本"),
    "by": ("by", "操作人"),
    "reason": ("reason", "原因"),
    "effective": ("effective", "生效时间"),
    "rule-set": ("rule set", "规则集"),
    "active": ("active", "启用版本"),
    "since": ("since", "自"),
    "planned": ("planned", "计划"),
    "versions": ("versions", "版本数"),
    "plan": ("{version} from {when}", "{version} 自 {when}"),
    "nothing-published": (
        "nothing was ever published in `{store}`",
        "`{store}` 中从未发布过任何规则集",
    ),
    # differences
    "compared": ("{before} → {after}: {count}", "{before} → {after}：{count}"),
    "same-meaning": ("the same meaning", "含义相同"),
    "added": ("{part}{name} added", "新增{part}{name}"),
    "removed": ("{part}{name} removed", "删除{part}{name}"),
    "changed": ("{part}{name} changed", "修改{part}{name}"),
    "part": ("`{name}`", " `{name}`"),
    "a-parameter": ("parameter", "参数"),
    "a-dimension": ("dimension", "维度"),
    "a-table": ("table", "表"),
    "a-tag": ("tag", "标签"),
    "a-rule": ("rule", "规则"),
    "the-rules": ("order of the rules", "规则顺序"),
    "a-ladder": ("ladder", "阶梯"),
    "a-tier": ("tier", "等级"),
    "the-tiers": ("order of the tiers", "等级顺序"),
    "a-benefit": ("benefit", "权益"),
    "an-example": ("example", "示例"),
    "meant": ("{name}: {change}", "{name}：{change}"),
    "change.same": ("same", "不变"),
    "change.wider": ("wider", "变宽"),
    "change.narrower": ("narrower", "变窄"),
    "change.changed": ("changed", "有变化"),
    "change.new": ("new", "新增"),
    "change.gone": ("gone", "取消"),
    "change.undecided": ("undecided", "未能判定"),
    "eligible-ones": ("who is eligible", "参与分级的客户"),
    "benefit-of": ("{target}, {benefit}", "{target}，{benefit}"),
    "inputs-changed": ("declared otherwise:", "声明有变的维度："),
    "same-targets": ("the same, proved ({count}): {names}", "已证明不变（{count}）：{names}"),
    "md-title": ("### {before} → {after}", "### {before} → {after}"),
    "md-target": ("target", "目标"),
    "md-change": ("change", "变化"),
    "md-first": ("who", "涉及客户"),
    "md-who": ("who gains, who loses, and examples", "谁获得、谁失去，以及示例"),
    "md-more": ("… and {count} more", "…… 另有 {count} 项"),
    # repairing a history
    "repair.whole": ("the history of `{name}` holds together: {count}", "`{name}` 的历史完整：{count}"),
    "repair.torn": (
        "the last line is half a line: its writer died before it was done; the next change removes it",
        "最后一行只写了一半：写入者中途终止，没有人得到过完成的确认；下次变更时会自动清除，无需处理",
    ),
    "repair.is-conflict": (
        "{path}: git could not join two histories (conflict at line {line}); both go on {origin}",
        "{path}：git 无法合并两份历史（第 {line} 行起冲突）；两者都{origin}继续",
    ),
    "repair.is-branches": (
        "{path}: two histories were joined; both go on {origin}, and neither knows the other",
        "{path}：两份历史被合在一起；两者都{origin}继续，彼此不知对方",
    ),
    "repair.is-order": (
        "{path}: every line is there, but from line {line} on not in the order in which they were written",
        "{path}：各行俱在，但自第 {line} 行起顺序与写入时不同",
    ),
    "repair.is-broken": (
        "{path}: line {line} does not follow: line {before} was edited, or lines between were taken out",
        "{path}：第 {line} 行不衔接：第 {before} 行被改动，或其间的行被删去",
    ),
    "repair.is-unreadable": (
        "{path}: line {line} is damaged: it cannot be read as an event",
        "{path}：第 {line} 行已损坏：无法读作历史记录",
    ),
    "repair.is-newer": (
        "{path}: line {line} was written by a newer tierkit",
        "{path}：第 {line} 行由更新版本的 tierkit 写入",
    ),
    "repair.is-cut": (
        "{path}: it has {count} lines; this machine had written more (`.head` remembers)",
        "{path}：现有 {count} 行，而本机曾写入更多（`.head` 记得行数）",
    ),
    "repair.is-replaced": (
        "{path}: its last line, {before}, is not the one this machine had written (`.head` remembers)",
        "{path}：最后一行（第 {before} 行）不是本机写入的那一行（`.head` 记得）",
    ),
    "repair.after": ("from line {line}", "从第 {line} 行"),
    "repair.beginning": ("from the beginning", "从开头"),
    "repair.is-line-ends": (
        "{path}: its lines are right, but their ends were changed to those of Windows",
        "{path}：各行内容无误，但换行符被改成了 Windows 格式",
    ),
    "repair.mend-ends": (
        "let your editor save {path} with line ends LF, and change nothing else",
        "请在编辑器中将 {path} 以 LF 换行符保存，不作其他改动",
    ),
    "repair.side": ("side {side}{label}: lines {lines}", "第 {side} 方{label}：第 {lines} 行"),
    "repair.event": (
        "{when} {event} {version} by {by}{reason}",
        "{when} {event} {version}，操作人 {by}{reason}",
    ),
    "repair.unreadable-line": ("cannot be read", "无法读取"),
    "repair.unchanged": (
        "Nothing was changed. What you can do:",
        "未作任何改动。您可以这样处理：",
    ),
    "repair.keep": (
        "Keep side {side}, and do again what the other did (leave that step out to keep side {side} alone):",
        "保留第 {side} 方，并重做另一方的操作（如只保留第 {side} 方，请略去该步）：",
    ),
    "repair.delete": (
        "in {path} delete the lines {lines}; leave every other line exactly as it is",
        "在 {path} 中删除第 {lines} 行；其余各行原样保留",
    ),
    "repair.reorder": (
        "in {path} put the lines into this order, each exactly as it is: {order}",
        "在 {path} 中按此顺序排列各行，内容原样保留：{order}",
    ),
    "repair.delete-from": (
        "in {path} delete line {line} and every line after it",
        "在 {path} 中删除第 {line} 行及其后各行",
    ),
    "repair.same-version": (
        "both published {version}: {path} must be that of the side kept; publish the other as a new one",
        "双方都发布了 {version}：{path} 须为所保留一方的文件；另一方请以新版本号发布",
    ),
    "repair.forget": (
        "forget how long the history was on this machine",
        "清除本机对历史行数的记忆",
    ),
    "repair.restore": (
        "find the last commit in which it was right, and take the file from there",
        "找到最后一个正确的提交，并从中恢复该文件",
    ),
    "repair.again": (
        "do again what is still wanted, in this order; a version that is active already needs nothing",
        "按此顺序重做仍然需要的操作；已启用的版本无需再做",
    ),
    "repair.verify": ("see that it holds together", "确认历史完整"),
    "repair.commit": ("keep it", "提交"),
    "repair.from-git": ("Where git has an earlier state:", "若 git 中有更早的状态："),
    "repair.no-git": ("Where there is none:", "若没有："),
    "repair.by-mistake": ("If lines were lost by mistake:", "若是误删："),
    "repair.on-purpose": (
        "If you went to an older state or another branch on purpose, such as with `git checkout`:",
        "若是有意回到较早的状态（例如 `git checkout`）或切换了分支：",
    ),
    "repair.update": ("update tierkit on this machine", "请升级本机的 tierkit"),
    "repair.database": (
        "it is kept in a database: restore the table of events from a backup",
        "它保存在数据库中：请从备份恢复事件表",
    ),
    # plugins
    "pair": ("{name}: {value}", "{name}：{value}"),
    "plugin": ("plugin", "插件"),
    "plugin.version": ("version", "版本"),
    "plugin.origin": ("from", "来源"),
    "plugin.offers": ("what it offers", "提供的内容"),
    "plugin.built-in": ("built in", "内置"),
    "plugin.installed": ("installed", "已安装"),
    "plugin.dimensions": ("dimensions", "维度"),
    "plugin.benefits": ("benefits", "权益"),
    "plugin.functions": ("functions", "函数"),
    "plugin.hooks": ("hooks", "钩子"),
    "plugin.failed": ("not loaded: {text}", "未能加载：{text}"),
    "provider-failed": (
        "`{dimension}`: `{provider}` of plugin `{plugin}` failed {failed} of {calls} times; first: {text}",
        "`{dimension}`：插件 `{plugin}` 的 `{provider}` 在 {calls} 次中出错 {failed} 次；首个错误：{text}",
    ),
    "provider-slow": (
        "`{dimension}`: `{provider}` of plugin `{plugin}` took {seconds} s for {calls} calls, one {slowest}",
        "`{dimension}`：插件 `{plugin}` 的 `{provider}` 调用 {calls} 次耗时 {seconds} 秒，最慢 {slowest} 秒",
    ),
    # import and export
    "no-rules": ("`{path}`: {detail}", "`{path}`：{detail}"),
    "not-utf8": ("`{path}` is not UTF-8 text", "`{path}` 不是 UTF-8 文本"),
    "left-out": ("left out: {text}", "未转换：{text}"),
    "assumed": ("assumed: {text}", "推定：{text}"),
    "carried": ("{rules} carried over, {left} left out", "已转换 {rules}，未转换 {left}"),
    # help
    "plugins": (
        "List the plugins, what they offer, and what failed to load.",
        "列出插件、其提供的内容以及加载失败的插件。",
    ),
    "app": (
        "Says which class a customer is in, and why, from a versioned rule file.",
        "依据带版本的规则文件，判定客户属于哪一类，并说明原因。",
    ),
    "app.version": ("Print the version and exit.", "显示版本并退出。"),
    "app.help": ("Show this message and exit.", "显示此说明并退出。"),
    "new": (
        "Write a first rule file, with examples and its JSON Schema.",
        "生成首个规则文件，附示例与 JSON Schema。",
    ),
    "new.name": ("the name of the rule set", "规则集名称"),
    "publish": (
        "Publish a rule file: a version that never changes again.",
        "发布规则文件：成为不再改变的版本。",
    ),
    "activate": ("Make a published version the active one.", "启用已发布的版本。"),
    "rollback": ("Go back to the version that was active before.", "回到之前启用的版本。"),
    "history": ("List every change of a rule set, verified.", "列出并校验规则集的全部变更。"),
    "status": ("Say how rule sets stand, and what is wrong.", "显示各规则集的状态与问题。"),
    "diff": (
        "Say what changes between two rule sets: for whom, proved or shown, and where in the file.",
        "比较两个规则集：对哪些客户有变化（已证明或举例），以及文件何处不同。",
    ),
    "impact": (
        "Say who changes under another version, and why.",
        "评估换用另一版本后哪些客户变动，原因为何。",
    ),
    "impact.html": ("a page with everything, to open in a browser", "生成可在浏览器中打开的完整页面"),
    "impact.output": (
        "everybody who moves, by its ending: .jsonl (with reasons) or .csv",
        "写出全部变动客户，按扩展名：.jsonl（含原因）或 .csv",
    ),
    "impact.movers": ("how many movers are shown with their reasons", "附原因列出的变动客户数"),
    "impact.quota": (
        "the share that a tag or tier should have, such as value.diamond=5%; may stand several times",
        "标签或等级应有的占比，例如 value.diamond=5%；可多次给出",
    ),
    "publish.file": ("a rule file, or NAME for the author's file", "规则文件，或以 NAME 指作者编辑的文件"),
    "name": ("the name of a rule set", "规则集名称"),
    "status.name": ("one rule set; all of them when left out", "某个规则集；缺省为全部"),
    "activate.version": ("the published version", "已发布的版本"),
    "effective-day": (
        "the day from which it counts; at once when left out",
        "自哪一天起生效；缺省为立即",
    ),
    "by-whom": ("who does it; TIERKIT_BY, else git's user", "操作人；缺省为 TIERKIT_BY 或 git 用户"),
    "because-of": ("why, for the history", "原因，记入历史"),
    "to": ("the version to go back to", "要回到的版本"),
    "repair": (
        "explain a history that does not hold together; changes nothing",
        "说明历史为何不完整；不作任何改动",
    ),
    "side": ("a rule file, NAME, or NAME@VERSION", "规则文件、NAME 或 NAME@VERSION"),
    "check": ("Say what is wrong with rule files, and where.", "检查规则文件，指出问题所在。"),
    "check.proofs": (
        "look for what holds for all customers: rules that never fire, cover one another, leave gaps",
        "查找对所有客户都成立的问题：永不触发的规则、相互覆盖的规则、阶梯的空缺",
    ),
    "test": ("Run the examples of rule files.", "运行规则文件中的示例。"),
    "new-examples": (
        "Propose examples: every threshold of a rule file, just beside it, and missing.",
        "提出示例：规则文件的每个界限、界限两侧以及缺失的情形。",
    ),
    "new-examples.limit": ("how many at most; 0 for all", "最大数量；0 表示全部"),
    "new-examples.write": (
        "put them behind the examples of the file",
        "写入文件，置于已有示例之后",
    ),
    "test.coverage": (
        "say which outcomes of rules, tiers and leaves no example shows",
        "列出没有示例覆盖的规则、等级与条件结果",
    ),
    "test.fail-under": (
        "exit with 1 if the examples show less than this percentage; implies --coverage",
        "覆盖率低于此百分比时以状态 1 退出；隐含 --coverage",
    ),
    "test.unknown": (
        "count unknown as an outcome, beside true and false; implies --coverage",
        "除成立与不成立外也计入未知结果；隐含 --coverage",
    ),
    "paths": ("rule files, directories, or names of rule sets", "规则文件、目录或规则集名称"),
    "evaluate": ("Decide every record of a file.", "对文件中的每条记录作出判定。"),
    "explain": ("Decide one record and say why.", "判定一条记录并说明原因。"),
    "fit": (
        "Compute cut-offs from a population and write them into the rule file.",
        "根据客户总体计算参数的界限并写入规则文件。",
    ),
    "fit.check": (
        "write nothing; exit with 1 if a value would change",
        "不写入；若有取值需要更新则以状态 1 退出",
    ),
    "schema": ("Write the JSON Schema of rule files.", "输出规则文件的 JSON Schema。"),
    "import": ("Make a rule file of rules of another package.", "将其他软件包的规则转换为规则文件。"),
    "import.business-rules": (
        "Make a rule file of the rules of business-rules in a JSON file.",
        "将 JSON 文件中 business-rules 的规则转换为规则文件。",
    ),
    "import.file": (
        "JSON: a list of rules, or `rules` and `variables`; `-` for standard input",
        "JSON：规则列表，或含 `rules` 与 `variables`；`-` 表示标准输入",
    ),
    "import.output": (
        "the rule file to write; standard output when left out",
        "写入的规则文件；缺省为标准输出",
    ),
    "export": ("Make rules of another package of a rule file.", "将规则文件转换为其他软件包的规则。"),
    "export.business-rules": (
        "Make rules of business-rules of a rule file, as JSON with their variables.",
        "将规则文件转换为 business-rules 的规则，连同变量输出为 JSON。",
    ),
    "export.output": (
        "the JSON file to write; standard output when left out",
        "写入的 JSON 文件；缺省为标准输出",
    ),
    "ruleset": (
        "a rule file, NAME for the active version, or NAME@VERSION",
        "规则文件、NAME（启用版本）或 NAME@VERSION",
    ),
    "sql": (
        "Write the SQL statement that decides every customer of a database.",
        "输出在数据库中判定全部客户的 SQL 语句。",
    ),
    "dialect": (
        "duckdb, sqlite, postgres, mariadb or spark; or bigquery, snowflake, clickhouse, trino, tsql, oracle",
        "duckdb、sqlite、postgres、mariadb、spark；或 bigquery、snowflake、clickhouse、trino、tsql、oracle",
    ),
    "sql.table": (
        "where a table is, such as orders=dw.fact_orders; the records are `customers`",
        "表的位置，例如 orders=dw.fact_orders；记录所在的表名为 `customers`",
    ),
    "known-at": ("only rows that were recorded before this day", "只计入此日之前已记录的行"),
    "shape": (
        "outcomes: a row per customer; tags: per tag; reasons: per finding; undetermined: per gap",
        "outcomes：每位客户一行；tags：每个标签一行；reasons：每条依据一行；undetermined：每个缺失的维度一行",
    ),
    "input": (
        "CSV, JSON lines or Parquet; `-` for standard input",
        "CSV、JSON lines 或 Parquet；`-` 表示标准输入",
    ),
    "table": (
        "the rows of a table, NAME=FILE; may stand several times",
        "数据表的行，名称=文件；可多次给出",
    ),
    "input-format": ("what the input is, whatever its ending", "输入的格式（不看扩展名）"),
    "output": ("written by its ending: .jsonl, .csv, .parquet", "按扩展名写出：.jsonl、.csv、.parquet"),
    "with-reasons": ("add why each tag and tier is held", "附上每个标签和等级的原因"),
    "with-values": ("add the value of every dimension", "附上每个维度的取值"),
    "as-of": ("the day of evaluation; now when left out", "评估日；缺省为现在"),
    "given": ("take a computed dimension from the record", "直接采用记录中的计算维度"),
    "fail-on-error": ("exit with 1 if a row failed", "有行失败时以状态 1 退出"),
    "max-undetermined": (
        "exit with 1 if more rows than this share are undetermined, such as 5%",
        "未决行超过此比例（例如 5%）时以状态 1 退出",
    ),
    "engine": (
        "who decides: `auto` takes the quickest that can, and says which",
        "由谁计算：`auto` 选用可行的最快引擎并说明",
    ),
    "memory-limit": (
        "how much memory DuckDB may use for tables, such as 4GB",
        "DuckDB 处理表时可用的内存，例如 4GB",
    ),
    "encoding": ("the encoding of a text input, such as gb18030", "文本输入的编码，例如 gb18030"),
    "record": (
        "a record as JSON, `@FILE`, or `@-` for standard input",
        "JSON 记录、`@文件`，或 `@-` 表示标准输入",
    ),
    "for": (
        "a tag, or LADDER.TIER: why it is held, or what is missing",
        "标签或 阶梯.等级：为何获得或还差什么",
    ),
    "schema-output": ("the file to write; standard output when left out", "写入的文件；缺省为标准输出"),
    "store": ("where rule sets are kept: a directory or a database", "规则集存放处：目录或数据库地址"),
    "format": ("text for people, json for programs", "text 供人阅读，json 供程序使用"),
    "diff-format": (
        "text for people, json for programs, markdown for a pull request",
        "text 供人阅读，json 供程序使用，markdown 供合并请求",
    ),
    "locale": ("the language of the output, such as en or zh", "输出语言，例如 en 或 zh"),
}

_COUNTED: Mapping[str, tuple[str, str, str]] = {
    "files": ("{n} file", "{n} files", "{n} 个文件"),
    "errors": ("{n} error", "{n} errors", "{n} 个错误"),
    "warnings": ("{n} warning", "{n} warnings", "{n} 个警告"),
    "notes": ("{n} note", "{n} notes", "{n} 个提示"),
    "examples": ("{n} example", "{n} examples", "{n} 个示例"),
    "failed": ("{n} failed", "{n} failed", "{n} 个未通过"),
    "changes": ("{n} change", "{n} changes", "{n} 处变更"),
    "targets": ("{n} target", "{n} targets", "{n} 个目标"),
    "lines": ("{n} line", "{n} lines", "{n} 行"),
    "rows": ("{n} row", "{n} rows", "{n} 行"),
    "customers": ("{n} customer", "{n} customers", "{n} 个客户"),
    "values": ("{n} value", "{n} values", "{n} 个取值"),
    "rules": ("{n} rule", "{n} rules", "{n} 条规则"),
    "outcomes": ("{n} outcome", "{n} outcomes", "{n} 个结果"),
    "left": ("{n} thing", "{n} things", "{n} 项"),
}


class Words:
    """The texts of one locale."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.chinese = locale.lower().startswith("zh")

    def __call__(self, key: str, /, **slots: object) -> str:
        """The text of `key` with its slots filled."""
        return _TEXTS[key][self.chinese].format(**slots)

    def count(self, what: str, number: int) -> str:
        """A number of things.

        >>> Words("en").count("files", 1), Words("en").count("files", 1200)
        ('1 file', '1,200 files')
        """
        one, many, chinese = _COUNTED[what]
        return (chinese if self.chinese else one if number == 1 else many).format(n=f"{number:,}")

    def join(self, items: list[str]) -> str:
        """Items of a list, as the language separates them."""
        return ("、" if self.chinese else ", ").join(items)


def default_locale() -> str:
    """`zh` where the environment speaks Chinese, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
