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
      WHEN "s"."value" COLLATE BINARY = 'gold'
      THEN 1
      WHEN NOT (
        "s"."value" COLLATE BINARY = 'gold'
      )
      THEN 0
    END AS "rule 1"
  FROM "customers 2" "s"
), "words 0" AS (
  SELECT
    "s"."row key",
    "s"."row error",
    CASE
      WHEN "s"."row error" IS NULL
      THEN CAST(CASE WHEN "s"."rule 0" = 1 THEN 1 ELSE 0 END + CASE WHEN "s"."rule 1" = 1 THEN 2 ELSE 0 END AS NUMBER(19))
    END AS "true_0"
  FROM "rules 0" "s"
), "tags" AS (
  SELECT
    'VIP' AS "tag",
    0 AS "word",
    1 AS "mask"
  FROM DUAL
  UNION ALL
  SELECT
    'Gold',
    0,
    2
  FROM DUAL
)
SELECT
  "s"."row key" AS "customer_id",
  "t"."tag" AS "tag"
FROM "words 0" "s"
JOIN "tags" "t"
  ON BITAND("s"."true_0", "t"."mask") <> 0
