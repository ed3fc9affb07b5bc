"""What the command line says, in English and Chinese: one table, templates with named slots."""

from __future__ import annotations

import os
from collections.abc import Mapping

_TEXTS: Mapping[str, tuple[str, str]] = {
    # errors and warnings
    "error": ("error: {text}", "错误：{text}"),
    "warning": ("warning: {text}", "警告：{text}"),
    "hint": ("  hint: {text}", "  提示：{text}"),
    "unexpected": (
        "this should not have happened: {text}; run again with TIERKIT_TRACEBACK=1 and report what it shows",
        "发生了意外错误：{text}；请设置 TIERKIT_TRACEBACK=1 重新运行，并反馈其输出",
    ),
    "see-help": ("`{command} --help` lists what there is", "运行 `{command} --help` 查看用法"),
    "did-you-mean": ("; did you mean `{word}`?", "；您是否想写 `{word}`？"),
    "cannot-read": ("cannot read `{path}`: {reason}", "无法读取 `{path}`：{reason}"),
    "cannot-write": ("cannot write `{path}`: {reason}", "无法写入 `{path}`：{reason}"),
    "not-text": (
        "`{path}` is not {encoding} text; old Excel files need `--encoding gb18030`",
        "`{path}` 不是 {encoding} 文本；旧版 Excel 文件请加 `--encoding gb18030`",
    ),
    "line-encoding": (
        "JSON lines cannot be read as {encoding}: convert the file to UTF-8",
        "无法以 {encoding} 读取 JSON lines：请把文件转换为 UTF-8",
    ),
    "bad-encoding": ("`{text}` is no text encoding", "`{text}` 不是有效的文本编码"),
    "no-such-ruleset": (
        "there is no rule set `{name}` in `{store}`{hint}",
        "`{store}` 中没有规则集 `{name}`{hint}",
    ),
    "not-a-ruleset": (
        "`{text}` is neither a .yaml file nor the name of a rule set",
        "`{text}` 既不是 .yaml 文件，也不是规则集名称",
    ),
    "no-versions": (
        "`{text}`: published versions cannot be named in this version of tierkit; name the file",
        "`{text}`：此版本的 tierkit 尚不支持指定已发布的版本，请直接写文件",
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
    "no-header": (
        "`{path}` is empty: a first line with column names is expected",
        "`{path}` 为空：首行应为列名",
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
    # rows that cannot be read
    "line": ("line {line}: {text}", "第 {line} 行：{text}"),
    "ragged": ("{found} cells under {expected} columns", "有 {found} 个单元格，而列名有 {expected} 个"),
    "bad-csv": ("not valid CSV: {detail}", "不是有效的 CSV：{detail}"),
    "bad-json": ("not valid JSON: {detail}", "不是有效的 JSON：{detail}"),
    "bad-bytes": ("not {encoding} text", "不是 {encoding} 文本"),
    "duplicate-key": ("the key `{key}` stands twice", "键 `{key}` 重复"),
    "long-number": ("a number with too many digits", "数字位数过多"),
    "too-nested": ("nested too deeply", "嵌套过深"),
    "too-long": ("longer than {limit} MB", "超过 {limit} MB"),
    "not-a-record": ("a record is expected, not {found}", "应为一条记录，而不是 {found}"),
    # check and test
    "checked": ("{files}, {errors}, {warnings}", "{files}，{errors}，{warnings}"),
    "tested": ("{files}, {examples}, {failed}", "{files}，{examples}，{failed}"),
    "failed-example": ("{path}:{line}: failed: {name}", "{path}:{line}: 未通过：{name}"),
    "because": ("    {target}: {text}", "    {target}：{text}"),
    "unsure": ("    {name} is undetermined: {missing}", "    {name} 未决：{missing}"),
    "not-eligible": ("not eligible", "不参与分级"),
    "missing": ("{name} ({cause})", "{name}（{cause}）"),
    # evaluate
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
    # plugins
    "pair": ("{name}: {value}", "{name}：{value}"),
    "plugin": ("plugin", "插件"),
    "plugin.version": ("version", "版本"),
    "plugin.origin": ("from", "来源"),
    "plugin.offers": ("what it offers", "提供的内容"),
    "plugin.built in": ("built in", "内置"),
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
    "check": ("Say what is wrong with rule files, and where.", "检查规则文件，指出问题所在。"),
    "test": ("Run the examples of rule files.", "运行规则文件中的示例。"),
    "paths": ("rule files, directories, or names of rule sets", "规则文件、目录或规则集名称"),
    "evaluate": ("Decide every record of a file.", "对文件中的每条记录作出判定。"),
    "explain": ("Decide one record and say why.", "判定一条记录并说明原因。"),
    "schema": ("Write the JSON Schema of rule files.", "输出规则文件的 JSON Schema。"),
    "sql": (
        "Write the SQL statement that decides every customer of a database.",
        "输出在数据库中判定全部客户的 SQL 语句。",
    ),
    "dialect": ("duckdb, sqlite, postgres or mariadb", "duckdb、sqlite、postgres 或 mariadb"),
    "table": (
        "where a table is, such as orders=dw.fact_orders; the records are `customers`",
        "表的位置，例如 orders=dw.fact_orders；记录所在的表名为 `customers`",
    ),
    "known-at": ("only rows that were recorded before this day", "只计入此日之前已记录的行"),
    "shape": (
        "outcomes: a row per customer; tags: a row per tag",
        "outcomes：每位客户一行；tags：每个标签一行",
    ),
    "ruleset": ("a rule file, or the name of a rule set", "规则文件或规则集名称"),
    "input": (
        "CSV, JSON lines or Parquet; `-` for standard input",
        "CSV、JSON lines 或 Parquet；`-` 表示标准输入",
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
    "store": ("where rule sets are kept", "规则集所在目录"),
    "format": ("text for people, json for programs", "text 供人阅读，json 供程序使用"),
    "locale": ("the language of the output, such as en or zh", "输出语言，例如 en 或 zh"),
}

_COUNTED: Mapping[str, tuple[str, str, str]] = {
    "files": ("{n} file", "{n} files", "{n} 个文件"),
    "errors": ("{n} error", "{n} errors", "{n} 个错误"),
    "warnings": ("{n} warning", "{n} warnings", "{n} 个警告"),
    "examples": ("{n} example", "{n} examples", "{n} 个示例"),
    "failed": ("{n} failed", "{n} failed", "{n} 个未通过"),
    "rows": ("{n} row", "{n} rows", "{n} 行"),
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
