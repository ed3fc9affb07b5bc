WITH "customers 0" AS (
  SELECT
    "s"."customer_id" AS "row key",
    CAST("s"."amount" AS BINARY_DOUBLE) AS "amount raw",
    "s"."kind" AS "kind raw",
    "s"."city" AS "city raw",
    TRUNC("s"."since") AS "since raw"
  FROM "dw"."customers" "s"
), "customers 1" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."amount raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."amount raw") < CAST(10000000000000.0 AS BINARY_DOUBLE)
      THEN "s"."amount raw"
    END AS "amount",
    CASE WHEN "s"."kind raw" COLLATE BINARY IN ('a', 'b') THEN "s"."kind raw" COLLATE BINARY END AS "kind",
    CASE
      WHEN (
        LENGTH("s"."city raw") <= 10000
      ) AND (
        INSTR("s"."city raw", CHR(0)) = 0
      )
      THEN "s"."city raw" COLLATE BINARY
    END AS "city",
    CASE
      WHEN (
        "s"."since raw" >= TO_DATE('0001-01-01', 'YYYY-MM-DD')
      )
      AND (
        "s"."since raw" <= TO_DATE('9999-12-31', 'YYYY-MM-DD')
      )
      THEN "s"."since raw"
    END AS "since",
    CAST(NULL AS VARCHAR2(4000)) AS "row error"
  FROM "customers 0" "s"
), "customers 2" AS (
  SELECT
    "s".*,
    CASE
      WHEN "s"."city" COLLATE BINARY IN ('x', '北京')
      THEN 'gold'
      WHEN CASE
        WHEN "s"."city" COLLATE BINARY IN ('x', '北京')
        THEN 1
        WHEN NOT (
          "s"."city" COLLATE BINARY IN ('x', '北京')
        )
        THEN 0
      END IS NULL
      THEN NULL
      WHEN 1 = 1
      THEN 'silver'
      ELSE ' '
    END AS "value"
  FROM "customers 1" "s"
), "rules 0" AS (
  SELECT
    "s".*,
    CASE
      WHEN (
        "s"."amount" > CAST(10000.0 AS BINARY_DOUBLE)
      )
      OR (
        (
          "s"."kind" COLLATE BINARY = 'a'
        ) AND (
          "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
        )
      )
      THEN 1
      WHEN NOT (
        (
          "s"."amount" > CAST(10000.0 AS BINARY_DOUBLE)
        )
        OR (
          (
            "s"."kind" COLLATE BINARY = 'a'
          ) AND (
            "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
          )
        )
      )
      THEN 0
    END AS "rule 0",
    CASE
      WHEN "s"."amount" > CAST(10000.0 AS BINARY_DOUBLE)
      THEN 1
      WHEN NOT (
        "s"."amount" > CAST(10000.0 AS BINARY_DOUBLE)
      )
      THEN 0
    END AS "rule 1",
    CASE
      WHEN (
        "s"."kind" COLLATE BINARY = 'a'
      ) AND (
        "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
      )
      THEN 1
      WHEN NOT (
        (
          "s"."kind" COLLATE BINARY = 'a'
        ) AND (
          "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
        )
      )
      THEN 0
    END AS "rule 2",
    CASE
      WHEN "s"."value" COLLATE BINARY = 'gold'
      THEN 1
      WHEN NOT (
        "s"."value" COLLATE BINARY = 'gold'
      )
      THEN 0
    END AS "rule 3",
    CASE
      WHEN "s"."value" COLLATE BINARY = 'silver'
      THEN 1
      WHEN NOT (
        "s"."value" COLLATE BINARY = 'silver'
      )
      THEN 0
    END AS "rule 4"
  FROM "customers 2" "s"
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
        CASE WHEN "s"."rule 0" = 1 THEN 1 ELSE 0 END + CASE WHEN "s"."rule 1" = 1 THEN 2 ELSE 0 END
      ) + (
        CASE WHEN "s"."rule 2" = 1 THEN 4 ELSE 0 END + (
          CASE WHEN "s"."rule 3" = 1 THEN 8 ELSE 0 END + CASE WHEN "s"."rule 4" = 1 THEN 16 ELSE 0 END
        )
      ) AS NUMBER(19))
    END AS "true_0"
  FROM "rules 0" "s"
), "reasons" AS (
  SELECT
    0 AS "word",
    1 AS "mask",
    0 AS "word_2",
    2 AS "mask_2",
    CAST('VIP' AS VARCHAR2(4000)) AS "target",
    CAST('vip' AS VARCHAR2(4000)) AS "rule",
    0 AS "finding",
    CAST('amount > 10000' AS VARCHAR2(4000)) AS "expression",
    CAST('amount' AS VARCHAR2(4000)) AS "dimension",
    CAST('>' AS VARCHAR2(4000)) AS "operator",
    CAST(NULL AS VARCHAR2(4000)) AS "parameter",
    0 AS "subject",
    CAST(NULL AS NUMBER(19)) AS "other",
    CAST(10000.0 AS BINARY_DOUBLE) AS "number",
    CAST(NULL AS VARCHAR2(4000)) AS "text",
    CAST(NULL AS DATE) AS "day",
    1 AS "side"
  FROM DUAL
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
  FROM DUAL
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
    TO_DATE('2025-01-01', 'YYYY-MM-DD'),
    -1
  FROM DUAL
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
  FROM DUAL
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
  FROM DUAL
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
  FROM DUAL
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
    CASE
      WHEN "t"."subject" = 1
      THEN "s"."kind" COLLATE BINARY
      WHEN "t"."subject" = 3
      THEN "s"."city" COLLATE BINARY
    END AS "value_text",
    "t"."text" AS "threshold_text",
    CASE WHEN "t"."subject" = 2 THEN "s"."since" END AS "value_date",
    "t"."day" AS "threshold_date"
  FROM "words 0" "s"
  JOIN "reasons" "t"
    ON (
      BITAND("s"."true_0", "t"."mask") = "t"."mask"
    )
    AND (
      BITAND("s"."true_0", "t"."mask_2") = "t"."mask_2"
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
      CAST("s"."value_date" - "s"."threshold_date" AS BINARY_DOUBLE)
    )
    WHEN "s"."side" = (
      -1
    )
    THEN CAST(0.0 AS BINARY_DOUBLE) - COALESCE(
      "s"."value_number" - "s"."threshold_number",
      CAST("s"."value_date" - "s"."threshold_date" AS BINARY_DOUBLE)
    )
    WHEN "s"."side" = 2
    THEN ABS(
      COALESCE(
        "s"."value_number" - "s"."threshold_number",
        CAST("s"."value_date" - "s"."threshold_date" AS BINARY_DOUBLE)
      )
    )
    WHEN "s"."side" = (
      -2
    )
    THEN CAST(0.0 AS BINARY_DOUBLE) - ABS(
      COALESCE(
        "s"."value_number" - "s"."threshold_number",
        CAST("s"."value_date" - "s"."threshold_date" AS BINARY_DOUBLE)
      )
    )
  END AS "margin"
FROM "found" "s"
