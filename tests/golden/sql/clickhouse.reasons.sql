WITH "customers 0" AS (
  SELECT
    "s"."customer_id" AS "row key",
    CAST("s"."amount" AS Nullable(Float64)) AS "amount raw",
    "s"."kind" AS "kind raw",
    "s"."city" AS "city raw",
    "s"."since" AS "since raw"
  FROM "dw"."customers" AS "s"
), "customers 1" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."amount raw") < CAST('1e-18' AS Nullable(Float64))
      THEN CAST('0.0' AS Nullable(Float64))
      WHEN ABS("s"."amount raw") < CAST('10000000000000.0' AS Nullable(Float64))
      THEN "s"."amount raw"
    END AS "amount",
    CASE WHEN "s"."kind raw" IN ('a', 'b') THEN "s"."kind raw" END AS "kind",
    CASE
      WHEN (
        lengthUTF8("s"."city raw") <= 10000
      ) AND (
        position("s"."city raw", char(0)) = 0
      )
      THEN "s"."city raw"
    END AS "city",
    CASE
      WHEN (
        "s"."since raw" >= CAST('1900-01-01' AS Nullable(Date32))
      )
      AND (
        "s"."since raw" <= CAST('2299-12-31' AS Nullable(Date32))
      )
      THEN "s"."since raw"
    END AS "since",
    CAST(NULL AS Nullable(String)) AS "row error"
  FROM "customers 0" AS "s"
), "customers 2" AS (
  SELECT
    "s".*,
    CASE
      WHEN "s"."city" IN ('x', '北京')
      THEN 'gold'
      WHEN (
        "s"."city" IN ('x', '北京')
      ) IS NULL
      THEN NULL
      WHEN TRUE
      THEN 'silver'
      ELSE ''
    END AS "value"
  FROM "customers 1" AS "s"
), "rules 0" AS (
  SELECT
    "s".*,
    (
      "s"."amount" > CAST('10000.0' AS Nullable(Float64))
    )
    OR (
      (
        "s"."kind" = 'a'
      ) AND (
        "s"."since" < CAST('2025-01-01' AS Nullable(Date32))
      )
    ) AS "rule 0",
    "s"."amount" > CAST('10000.0' AS Nullable(Float64)) AS "rule 1",
    (
      "s"."kind" = 'a'
    ) AND (
      "s"."since" < CAST('2025-01-01' AS Nullable(Date32))
    ) AS "rule 2",
    "s"."value" = 'gold' AS "rule 3",
    "s"."value" = 'silver' AS "rule 4"
  FROM "customers 2" AS "s"
), "words 0" AS (
  SELECT
    "s"."row key",
    "s"."amount",
    "s"."kind",
    "s"."since",
    "s"."city",
    "s"."row error",
    CASE
      WHEN "s"."row error" IS NULL
      THEN CAST((
        CASE WHEN "s"."rule 0" THEN 1 ELSE 0 END + CASE WHEN "s"."rule 1" THEN 2 ELSE 0 END
      ) + (
        CASE WHEN "s"."rule 2" THEN 4 ELSE 0 END + (
          CASE WHEN "s"."rule 3" THEN 8 ELSE 0 END + CASE WHEN "s"."rule 4" THEN 16 ELSE 0 END
        )
      ) AS Nullable(Int64))
    END AS "true_0"
  FROM "rules 0" AS "s"
), "reasons" AS (
  SELECT
    0 AS "word",
    1 AS "mask",
    0 AS "word_2",
    2 AS "mask_2",
    CAST('VIP' AS Nullable(String)) AS "target",
    CAST('vip' AS Nullable(String)) AS "rule",
    0 AS "finding",
    CAST('amount > 10000' AS Nullable(String)) AS "expression",
    CAST('amount' AS Nullable(String)) AS "dimension",
    CAST('>' AS Nullable(String)) AS "operator",
    CAST(NULL AS Nullable(String)) AS "parameter",
    0 AS "subject",
    CAST(NULL AS Nullable(Int64)) AS "other",
    CAST('10000.0' AS Nullable(Float64)) AS "number",
    CAST(NULL AS Nullable(String)) AS "text",
    CAST(NULL AS Nullable(Date32)) AS "day",
    1 AS "side"
  UNION ALL
  SELECT
    0,
    1,
    0,
    4,
    'VIP',
    'vip',
    1,
    'kind = ''a''',
    'kind',
    '=',
    NULL,
    1,
    NULL,
    NULL,
    'a',
    NULL,
    NULL
  UNION ALL
  SELECT
    0,
    1,
    0,
    4,
    'VIP',
    'vip',
    2,
    'since < ''2025-01-01''',
    'since',
    '<',
    NULL,
    2,
    NULL,
    NULL,
    NULL,
    CAST('2025-01-01' AS Nullable(Date32)),
    -1
  UNION ALL
  SELECT
    0,
    8,
    0,
    0,
    'value.gold',
    'value.gold',
    0,
    'city in (''x'', ''北京'')',
    'city',
    'in',
    NULL,
    3,
    NULL,
    NULL,
    '["x", "北京"]',
    NULL,
    NULL
  UNION ALL
  SELECT
    0,
    8,
    0,
    0,
    'Gold',
    'value.gold',
    0,
    'city in (''x'', ''北京'')',
    'city',
    'in',
    NULL,
    3,
    NULL,
    NULL,
    '["x", "北京"]',
    NULL,
    NULL
  UNION ALL
  SELECT
    0,
    16,
    0,
    0,
    'value.silver',
    'value.silver',
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL
), "found" AS (
  SELECT
    "s"."row key" AS "row key",
    "t"."target",
    "t"."rule",
    "t"."finding",
    "t"."expression",
    "t"."dimension",
    "t"."operator",
    "t"."parameter",
    "t"."side",
    CASE WHEN "t"."subject" = 0 THEN "s"."amount" END AS "value_number",
    "t"."number" AS "threshold_number",
    CASE WHEN "t"."subject" = 1 THEN "s"."kind" WHEN "t"."subject" = 3 THEN "s"."city" END AS "value_text",
    "t"."text" AS "threshold_text",
    CASE WHEN "t"."subject" = 2 THEN "s"."since" END AS "value_date",
    "t"."day" AS "threshold_date"
  FROM "words 0" AS "s"
  JOIN "reasons" AS "t"
    ON (
      bitAnd("s"."true_0", "t"."mask") = "t"."mask"
    )
    AND (
      bitAnd("s"."true_0", "t"."mask_2") = "t"."mask_2"
    )
)
SELECT
  "s"."row key" AS "customer_id",
  "s"."target",
  "s"."rule",
  "s"."finding",
  "s"."expression",
  "s"."dimension",
  "s"."operator",
  "s"."parameter",
  "s"."value_number",
  "s"."value_text",
  "s"."value_date",
  "s"."threshold_number",
  "s"."threshold_text",
  "s"."threshold_date",
  CASE
    WHEN "s"."side" = 1
    THEN COALESCE(
      "s"."value_number" - "s"."threshold_number",
      CAST(dateDiff('day', "s"."threshold_date", "s"."value_date") AS Nullable(Float64))
    )
    WHEN "s"."side" = (
      -1
    )
    THEN CAST('0.0' AS Nullable(Float64)) - COALESCE(
      "s"."value_number" - "s"."threshold_number",
      CAST(dateDiff('day', "s"."threshold_date", "s"."value_date") AS Nullable(Float64))
    )
    WHEN "s"."side" = 2
    THEN ABS(
      COALESCE(
        "s"."value_number" - "s"."threshold_number",
        CAST(dateDiff('day', "s"."threshold_date", "s"."value_date") AS Nullable(Float64))
      )
    )
    WHEN "s"."side" = (
      -2
    )
    THEN CAST('0.0' AS Nullable(Float64)) - ABS(
      COALESCE(
        "s"."value_number" - "s"."threshold_number",
        CAST(dateDiff('day', "s"."threshold_date", "s"."value_date") AS Nullable(Float64))
      )
    )
  END AS "margin"
FROM "found" AS "s"
SETTINGS join_use_nulls = 1, transform_null_in = 0, precise_float_parsing = 1
