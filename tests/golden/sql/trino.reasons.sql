WITH "customers 0" AS (
  SELECT
    "s"."customer_id" AS "row key",
    CAST("s"."amount" AS DOUBLE) AS "amount raw",
    "s"."kind" AS "kind raw",
    "s"."city" AS "city raw",
    "s"."since" AS "since raw"
  FROM "dw"."customers" AS "s"
), "customers 1" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."amount raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."amount raw") < CAST('10000000000000.0' AS DOUBLE)
      THEN "s"."amount raw"
    END AS "amount",
    CASE WHEN "s"."kind raw" IN ('a', 'b') THEN "s"."kind raw" END AS "kind",
    CASE
      WHEN (
        LENGTH("s"."city raw") <= 10000
      ) AND (
        STRPOS("s"."city raw", CHR(0)) = 0
      )
      THEN "s"."city raw"
    END AS "city",
    CASE
      WHEN (
        "s"."since raw" >= CAST('0001-01-01' AS DATE)
      )
      AND (
        "s"."since raw" <= CAST('9999-12-31' AS DATE)
      )
      THEN "s"."since raw"
    END AS "since",
    CAST(NULL AS VARCHAR) AS "row error"
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
      "s"."amount" > CAST('10000.0' AS DOUBLE)
    )
    OR (
      (
        "s"."kind" = 'a'
      ) AND (
        "s"."since" < CAST('2025-01-01' AS DATE)
      )
    ) AS "rule 0",
    "s"."amount" > CAST('10000.0' AS DOUBLE) AS "rule 1",
    (
      "s"."kind" = 'a'
    ) AND (
      "s"."since" < CAST('2025-01-01' AS DATE)
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
      ) AS BIGINT)
    END AS "true_0"
  FROM "rules 0" AS "s"
), "reasons"("word", "mask", "word_2", "mask_2", "target", "rule", "finding", "expression", "dimension", "operator", "parameter", "subject", "other", "number", "text", "day", "side") AS (
  VALUES
    (
      0,
      1,
      0,
      2,
      CAST('VIP' AS VARCHAR),
      CAST('vip' AS VARCHAR),
      0,
      CAST('amount > 10000' AS VARCHAR),
      CAST('amount' AS VARCHAR),
      CAST('>' AS VARCHAR),
      CAST(NULL AS VARCHAR),
      0,
      CAST(NULL AS BIGINT),
      CAST('10000.0' AS DOUBLE),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS DATE),
      1
    ),
    (0, 1, 0, 4, 'VIP', 'vip', 1, 'kind = ''a''', 'kind', '=', NULL, 1, NULL, NULL, 'a', NULL, NULL),
    (
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
      CAST('2025-01-01' AS DATE),
      -1
    ),
    (
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
    ),
    (
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
    ),
    (
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
    )
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
      (
        BITWISE_AND("s"."true_0", "t"."mask")
      ) = "t"."mask"
    )
    AND (
      (
        BITWISE_AND("s"."true_0", "t"."mask_2")
      ) = "t"."mask_2"
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
      CAST(DATE_DIFF('day', "s"."threshold_date", "s"."value_date") AS DOUBLE)
    )
    WHEN "s"."side" = (
      -1
    )
    THEN CAST('0.0' AS DOUBLE) - COALESCE(
      "s"."value_number" - "s"."threshold_number",
      CAST(DATE_DIFF('day', "s"."threshold_date", "s"."value_date") AS DOUBLE)
    )
    WHEN "s"."side" = 2
    THEN ABS(
      COALESCE(
        "s"."value_number" - "s"."threshold_number",
        CAST(DATE_DIFF('day', "s"."threshold_date", "s"."value_date") AS DOUBLE)
      )
    )
    WHEN "s"."side" = (
      -2
    )
    THEN CAST('0.0' AS DOUBLE) - ABS(
      COALESCE(
        "s"."value_number" - "s"."threshold_number",
        CAST(DATE_DIFF('day', "s"."threshold_date", "s"."value_date") AS DOUBLE)
      )
    )
  END AS "margin"
FROM "found" AS "s"
