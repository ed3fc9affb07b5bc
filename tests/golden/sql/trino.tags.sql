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
    "s"."value" = 'gold' AS "rule 1"
  FROM "customers 2" AS "s"
), "words 0" AS (
  SELECT
    "s"."row key",
    "s"."row error",
    CASE
      WHEN "s"."row error" IS NULL
      THEN CAST(CASE WHEN "s"."rule 0" THEN 1 ELSE 0 END + CASE WHEN "s"."rule 1" THEN 2 ELSE 0 END AS BIGINT)
    END AS "true_0"
  FROM "rules 0" AS "s"
), "tags"("tag", "word", "mask") AS (
  VALUES
    ('VIP', 0, 1),
    ('Gold', 0, 2)
)
SELECT
  "s"."row key" AS "customer_id",
  "t"."tag" AS "tag"
FROM "words 0" AS "s"
JOIN "tags" AS "t"
  ON (
    BITWISE_AND("s"."true_0", "t"."mask")
  ) <> 0
